"""What keeps one script's session state from the next script, and from pgmig's own statements.

A script finds the deploying role's own settings and leaves them. After its last statement, still
in its transaction, the role and all settings are reset before the history row is written, so that
no SET of the script reaches that row; after the commit goes what no transaction undoes. A settled
session (`schema.settle`: empty search_path and the like) is for our own queries, before the first
script and after the last.

Each constant is told with the number of its statements, because results are counted.
"""

from typing import Final, LiteralString

from pgmig.db import Connection
from pgmig.db.execute import compose, refused, run, send

# No SELECT here: a script may begin with SET TRANSACTION, which must come before any query.
BEGIN: LiteralString = "BEGIN;SET LOCAL lock_timeout={lock_timeout};\n"
BEGIN_COUNT: Final = 2

# RESET ALL leaves role and session authorization alone (sql-reset.html). RESET ROLE comes after
# RESET SESSION AUTHORIZATION: it goes back to what ALTER ROLE ... SET role says.
RESET: LiteralString = "\n;RESET SESSION AUTHORIZATION;RESET ROLE;RESET ALL;"
RESET_COUNT: Final = 3

# DISCARD ALL in parts: it would let the runner lock go, and refuses to share a message.
DISCARD: LiteralString = ";CLOSE ALL;DEALLOCATE ALL;UNLISTEN *;DISCARD SEQUENCES;DISCARD TEMP"

# Brackets around a write of ours between two statements of a script: what SET LOCAL changes is
# the script's again after the commit. The write is on disk before the next statement begins.
ASIDE: LiteralString = """BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL SESSION AUTHORIZATION DEFAULT;SET LOCAL ROLE TO DEFAULT;SET LOCAL search_path='';
SET LOCAL synchronous_commit=on;SET LOCAL lock_timeout=0;SET LOCAL statement_timeout=0;"""

COMMIT: LiteralString = ";COMMIT"


def begin_sql(conn: Connection, lock_timeout: str) -> str:
    """The beginning of a script's message."""
    return compose(conn, BEGIN, lock_timeout=lock_timeout)


def lex_as_standard(conn: Connection) -> None:
    """Have the next message read as scripts are split: a backslash in '...' is a character.

    The server reads a whole message under the setting of its beginning. Nothing is sent unless
    the role has its own idea of standard_conforming_strings.
    """
    if conn.info.parameter_status("standard_conforming_strings") != "on":
        run(conn, "SET standard_conforming_strings=on")


def restore(conn: Connection) -> None:
    """Bring the session back to the role's own settings, out of whatever a script left.

    Raises:
        ServerRefused: the server would not; the session must not be used again.
    """
    for text in ("ROLLBACK", RESET + DISCARD):
        reply = send(conn, text)
        if reply.is_interrupted:
            raise KeyboardInterrupt
        if reply.fault is not None:
            raise refused(reply.fault)
