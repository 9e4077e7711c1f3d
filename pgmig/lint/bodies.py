"""Bodies of routines that travel as strings, checked again after a script.

The server reads such a body when its routine is made, and not again when something that it names
changes. So each is made again, in a transaction that is rolled back.
"""

from collections.abc import Mapping
from typing import LiteralString

from pgmig.db import Connection
from pgmig.db.execute import fetch, run, send

# A body that is no string has dependencies of its own (prosqlbody); an extension's are not ours.
_ROUTINES: LiteralString = """
SELECT p.oid::pg_catalog.regprocedure::text, pg_catalog.pg_get_functiondef(p.oid)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE p.oid >= 16384 AND p.prokind IN ('f', 'p') AND l.lanname IN ('sql', 'plpgsql')
    AND p.prosqlbody IS NULL
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
            AND d.deptype = 'e')
ORDER BY 1
"""


def broken_bodies(conn: Connection) -> Mapping[str, str]:
    """Routines that the server would not make as they are, each with what it says.

    Of PL/pgSQL it reads the syntax and the types of variables; statements within are read when
    they run.
    """
    found: dict[str, str] = {}
    run(conn, "BEGIN")
    run(conn, "SET LOCAL check_function_bodies = on")
    for name, text in fetch(conn, _ROUTINES):
        reply = send(conn, f"SAVEPOINT body;{text}")
        if reply.fault is not None:
            found[str(name)] = reply.fault.message
        run(conn, "ROLLBACK TO SAVEPOINT body")
    run(conn, "ROLLBACK")
    return found
