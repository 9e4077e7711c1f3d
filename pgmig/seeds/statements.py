"""Files of statements, each run in the transaction of all, under the role's own settings."""

from typing import LiteralString

import msgspec

from pgmig.db import Connection
from pgmig.db.execute import local_role, run, send
from pgmig.errors import SeedStatementFailed, TransactionControl
from pgmig.scripts import Piece, split
from pgmig.scripts.parts import CONTROL
from pgmig.scripts.position import position_from
from pgmig.scripts.text import read_text
from pgmig.seeds.files import SeedFile

# What a script finds: see `engine.session`, whose order this has. A backslash in '...' is a
# character here, as it was when the file was split.
_OWN: LiteralString = (
    "RESET SESSION AUTHORIZATION;RESET ROLE;RESET ALL;SET LOCAL client_encoding='UTF8';"
    "SET LOCAL standard_conforming_strings=on;"
)


def own_settings(conn: Connection, settings: str) -> str:
    """What makes the settings those that the role has of its own, until the transaction ends.

    Args:
        conn: the session.
        settings: statements that make others on top.
    """
    return _OWN + local_role(conn) + settings


class Counts(msgspec.Struct, frozen=True):
    """What the command tags of a file's statements say, in rows."""

    added: int = 0
    changed: int = 0
    removed: int = 0


def run_statements(conn: Connection, file: SeedFile, settings: str) -> Counts:
    """Run the statements of a file.

    Before and after it the settings are those that the role has of its own, so the caller has to
    make its own again.

    Args:
        conn: the session, in the transaction.
        file: of statements.
        settings: statements that make other settings, for this file too.

    Raises:
        TransactionControl: one begins or ends a transaction.
        SeedStatementFailed: the server refuses one.
        ScriptUnreadable, UnterminatedSql, PsqlCommand, ...: the file is no script.
    """
    pieces = list(split(read_text(file.path), path=file.path))
    for piece in pieces:
        _require_no_control(file, piece)
    own = own_settings(conn, settings)
    counts = {"INSERT": 0, "COPY": 0, "UPDATE": 0, "MERGE": 0, "DELETE": 0}
    run(conn, own)
    for piece in pieces:
        reply = send(conn, piece.sql, piece.data)
        if reply.is_interrupted:
            raise KeyboardInterrupt
        if reply.fault is not None:
            offset = piece.start + (reply.fault.position or 0)
            line, column = position_from(
                piece.line, piece.column, piece.text, min(offset, piece.end), piece.start
            )
            raise SeedStatementFailed(
                path=file.path,
                line=line,
                column=column,
                reason=reply.fault.message,
                sqlstate=reply.fault.sqlstate,
                detail=reply.fault.detail,
                hint=reply.fault.hint,
            )
        verb, _, rest = reply.tag.partition(" ")
        if verb in counts:
            counts[verb] += int(rest.rpartition(" ")[2] or 0)
    run(conn, own)
    return Counts(
        counts["INSERT"] + counts["COPY"], counts["UPDATE"] + counts["MERGE"], counts["DELETE"]
    )


def _require_no_control(file: SeedFile, piece: Piece) -> None:
    words = piece.words
    if not words or words[0] not in CONTROL:
        return
    if words[0] == "PREPARE" and words[1:2] != ("TRANSACTION",):
        return
    if words[0] == "ROLLBACK" and "TO" in words[1:3]:
        return
    raise TransactionControl(
        path=file.path,
        line=piece.line,
        column=piece.column,
        words=words[0],
        is_transactional=True,
    )
