"""What keeps one script's session state from the next script, and from pgmig's own statements.

A script finds the deploying role's own settings and leaves them. After its last statement, still
in its transaction, the role and all settings are reset before the history row is written, so that
no SET of the script reaches that row; after the commit goes what no transaction undoes. A settled
session (`schema.settle`: empty search_path and the like) is for our own queries, before the first
script and after the last.

Behind a pooler the next message may reach another backend, and this one serves strangers
meanwhile: there everything is SET LOCAL, and what a script leaves is cleared in the same message.
"""

from typing import Final, LiteralString

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import compose, is_idle, local_role, run

# Milliseconds after which a backend notices that its client is gone, and gives up its work.
NOTICE_LOSS: Final = 1_000

COMMIT: LiteralString = ";COMMIT"

# No SELECT here: a script may begin with SET TRANSACTION, which must come before any query.
_BEGIN: LiteralString = "BEGIN;"
_LOCK_TIMEOUT: LiteralString = "SET LOCAL lock_timeout={lock_timeout};"
_DOING: LiteralString = "SET LOCAL application_name={doing};"
_NOTICE_LOSS: LiteralString = "SET LOCAL client_connection_check_interval={notice};"

# RESET ALL leaves role and session authorization alone (sql-reset.html). RESET ROLE comes after
# RESET SESSION AUTHORIZATION: it goes back to what ALTER ROLE ... SET role says.
_RESET: LiteralString = "RESET SESSION AUTHORIZATION;RESET ROLE;RESET ALL;"

# DISCARD ALL in parts: it would let the runner lock go, and refuses to share a message.
_CLEAR: LiteralString = ";CLOSE ALL;UNLISTEN *;DISCARD SEQUENCES;DISCARD TEMP"
_DEALLOCATE: LiteralString = ";DEALLOCATE ALL"
# Not DEALLOCATE ALL: a pooler may keep statements of its clients on this backend.
_UNLOCK: LiteralString = ";SELECT pg_catalog.pg_advisory_unlock_all()"
_RELOCK: LiteralString = ";SELECT pg_catalog.pg_try_advisory_lock({key})"
# What the session began with; the pooler tells it from no other client's wish.
_ENCODING: LiteralString = "SET client_encoding='UTF8';"

# Brackets around a write of ours between two statements of a script: what SET LOCAL changes is
# the script's again after the commit. The write is on disk before the next statement begins.
_ASIDE: LiteralString = """BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL SESSION AUTHORIZATION DEFAULT;SET LOCAL ROLE TO DEFAULT;"""
_ASIDE_SETTINGS: LiteralString = """SET LOCAL search_path='';
SET LOCAL synchronous_commit=on;SET LOCAL statement_timeout=0;"""
_PATIENT: LiteralString = "SET LOCAL lock_timeout=0;"


class Bracket(msgspec.Struct, frozen=True):
    """Statements of ours before or after those of a script.

    Attributes:
        text: as it is sent.
        count: how many statements it holds: results are counted to tell which one failed.
    """

    text: str
    count: int


def begin(conn: Connection, lock_timeout: str, doing: str = "") -> Bracket:
    """What stands before a script in its transaction.

    Args:
        conn: the session.
        lock_timeout: PostgreSQL's.
        doing: what pg_stat_activity shows as application_name meanwhile; "" leaves it.
    """
    parts = [_BEGIN, compose(conn, _LOCK_TIMEOUT, lock_timeout=lock_timeout)]
    if doing:
        parts.append(compose(conn, _DOING, doing=doing))
    if conn.notices_loss:
        parts.append(compose(conn, _NOTICE_LOSS, notice=NOTICE_LOSS))
    if conn.role is not None:
        parts.append(local_role(conn))
    return Bracket("".join(parts) + "\n", len(parts))


def reset(conn: Connection, lock_timeout: str | None = None) -> Bracket:
    """What stands behind a script in its transaction: role and settings are the deployer's.

    Args:
        conn: the session.
        lock_timeout: PostgreSQL's, for what is still to be written in the transaction.
    """
    text, count = "\n;" + _RESET, 3
    if lock_timeout is not None:
        text += compose(conn, _LOCK_TIMEOUT, lock_timeout=lock_timeout)
        count += 1
    if conn.is_pooled:
        # Locks of the session outlive a COMMIT that fails, with the backend already gone from us.
        text, count = text + _ENCODING + _UNLOCK.lstrip(";") + ";", count + 2
    if conn.role is not None:
        text, count = text + local_role(conn), count + 1
    return Bracket(text, count)


def clearing(conn: Connection) -> str:
    """What goes after the commit, in the same message: whatever no transaction undoes."""
    if conn.is_pooled:
        return _CLEAR + _UNLOCK
    taken = "" if conn.role is None else ";" + compose(conn, "SET ROLE {role}", role=conn.role)
    return _CLEAR + _DEALLOCATE + taken


def unlocking(conn: Connection, key: int) -> str:
    """What lets the advisory locks of a script go, for `clearing`, and takes ours again at once.

    Somebody may take it in between: the next fence says so.
    """
    return _UNLOCK + compose(conn, _RELOCK, key=key)


def aside(conn: Connection) -> str:
    """The beginning of a transaction of ours between two statements of a script."""
    return _ASIDE + local_role(conn) + _ASIDE_SETTINGS + _PATIENT


def within(conn: Connection, lock_timeout: str) -> str:
    """The same settings in the transaction of a statement of a script, behind it.

    What the statement has locked is kept from others as long as the note waits.
    """
    role = local_role(conn) or "SET LOCAL ROLE TO DEFAULT;"
    timeout = compose(conn, _LOCK_TIMEOUT, lock_timeout=lock_timeout)
    return f";SET LOCAL SESSION AUTHORIZATION DEFAULT;{role}{_ASIDE_SETTINGS}{timeout}"


def lex_as_standard(conn: Connection) -> None:
    """Have the next message read as it is written: in UTF-8, a backslash in '...' a character.

    The server reads a whole message under the settings of its beginning. Nothing is sent unless
    the role or the script has its own idea of client_encoding or standard_conforming_strings.
    """
    if conn.info.parameter_status("client_encoding") != "UTF8":
        run(conn, "SET client_encoding='UTF8'")
    if conn.info.parameter_status("standard_conforming_strings") != "on":
        run(conn, "SET standard_conforming_strings=on")


def roll_back(conn: Connection) -> None:
    """End a transaction that failed; what it locked for the session of a pooler goes too.

    Raises:
        ServerRefused: the server would not; the session must not be used again.
    """
    if not is_idle(conn):  # else the server warns that there is no transaction
        run(conn, "ROLLBACK" + (_UNLOCK if conn.is_pooled else ""))


def restore(conn: Connection) -> None:
    """Bring the session back to the role's own settings, out of whatever a script left.

    Raises:
        ServerRefused: the server would not; the session must not be used again.
    """
    # Behind a pooler the backend goes back to it with the end of the transaction, which undoes
    # every setting; what was committed before was cleared in the message of its commit.
    roll_back(conn)
    if not conn.is_pooled:
        run(conn, _RESET + clearing(conn).lstrip(";"))


def own_settings(conn: Connection, lock_timeout: str, doing: str) -> str:
    """The settings of a session that runs statements without a transaction; not behind a pooler."""
    text = compose(
        conn,
        "RESET ALL;SET lock_timeout={lock_timeout};SET application_name={doing}",
        lock_timeout=lock_timeout,
        doing=doing,
    )
    if conn.notices_loss:
        text += ";" + compose(
            conn, "SET client_connection_check_interval={notice}", notice=NOTICE_LOSS
        )
    return text
