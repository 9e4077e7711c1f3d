"""Bodies of routines that travel as strings, checked again after a script.

The server reads such a body when its routine is made, and not again when something that it names
changes. So each is made again, in a transaction that is rolled back.
"""

from collections.abc import Mapping, Sequence
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
_BEGIN = "BEGIN;SET LOCAL check_function_bodies = on"


def broken_bodies(conn: Connection) -> Mapping[str, str]:
    """Routines that the server would not make as they are, each with what it says.

    Of PL/pgSQL it reads the syntax and the types of variables; statements within are read when
    they run.
    """
    routines = [(str(name), str(text)) for name, text in fetch(conn, _ROUTINES)]
    if not routines or _are_good(conn, [text for _, text in routines]):
        return {}
    found: dict[str, str] = {}
    for name, text in routines:
        reply = send(conn, f"{_BEGIN};{text}")
        if reply.fault is not None:
            found[name] = reply.fault.message
        run(conn, "ROLLBACK")
    return found


def _are_good(conn: Connection, texts: Sequence[str]) -> bool:
    """Whether the server takes them all, in one message."""
    reply = send(conn, f"{_BEGIN};{';'.join(texts)};ROLLBACK")
    if reply.fault is not None:
        run(conn, "ROLLBACK")
    return reply.fault is None
