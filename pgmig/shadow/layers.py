r"""Layers of a replay: migration scripts, plain SQL files, trees of a snapshot."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from pgmig.db import Connection
from pgmig.db.execute import Reply, ServerFault, refused, send
from pgmig.engine import Listener, run_script
from pgmig.engine.body import excerpt
from pgmig.engine.session import lex_as_standard, restore
from pgmig.errors import PgmigError, StatementFailed, TransactionLeftOpen
from pgmig.scripts import Piece, Script, position, split
from pgmig.scripts.header import head_end
from pgmig.scripts.text import checksum, read_text
from pgmig.shadow.replay import Layer
from pgmig.snapshot import tree

_HOLDS = "it ran in a shadow database, which is dropped; nothing else has changed"
_UNDEFINED_OBJECT = "42704"
_RESTRICT, _UNRESTRICT = "\\restrict ", "\\unrestrict "
# pg_dump of 17 and newer writes it whatever server it reads; older servers do not know it.
_SINCE_17 = "SET transaction_timeout = 0"


def of_script(script: Script, listener: Listener | None = None) -> Layer:
    """The way up of a migration, run as the engine runs it.

    Its `run` raises StatementFailed, or what else `engine.run_script` says.
    """

    def run(conn: Connection) -> None:
        try:
            run_script(conn, script, "up", listener=listener)
        except StatementFailed as error:
            raise _in_shadow(error) from error

    return Layer(script.label, script.up.checksum, run)


def of_text(label: str, text: str) -> Layer:
    """SQL of our own, one message, given to people as `label` when it fails."""

    def run(conn: Connection) -> None:
        reply = send(conn, text)
        path = Path(label)
        _require_done(reply, text, [*split(text)], 0, path)

    return Layer(label, checksum(text), run)


def of_file(path: Path) -> Layer:
    r"""A file of plain SQL, run as psql does: each statement by itself, without the file's psql.

    What pg_dump writes is taken as it is, with its `\restrict` lines.

    Raises:
        PsqlCommand, ScriptUnreadable, ...: as `scripts.split` and `read_text` say.
    """
    text = _without_restrict(read_text(path))
    pieces = list(split(text, path=path))

    def run(conn: Connection) -> None:
        lex_as_standard(conn)
        for number, piece in enumerate(pieces):
            if piece.sql == _SINCE_17 and conn.info.server_version < 170000:
                continue
            reply = send(conn, piece.sql, piece.data)
            _require_done(reply, text, pieces[number:], piece.start, path)
        if conn.info.transaction_status.name != "IDLE":
            raise TransactionLeftOpen(path=path)
        restore(conn)

    return Layer(str(path), checksum(text), run)


def of_tree(directory: Path) -> Layer:
    """What `pgmig snapshot -o FOLDER/` wrote, in the order of its load.sql, as one transaction.

    Raises:
        BadTree, BadScript: it is not a whole one.
    """
    found = tree.listed(directory)
    texts = [(path, read_text(path)) for path in found.files]
    begin = "".join(f"{line}\n" for line in ("BEGIN;", *found.settings))
    digest = sha256(begin.encode())
    for _, text in texts:
        digest.update(text.encode() + b"\0")

    def run(conn: Connection) -> None:
        lex_as_standard(conn)
        load = directory / tree.LOAD
        _require_done(send(conn, begin), begin, [*split(begin)], 0, load)
        for path, text in texts:
            pieces = list(split(text, path=path))
            _require_done(send(conn, text), text, pieces, 0, path)
        _require_done(send(conn, "COMMIT"), "COMMIT", [*split("COMMIT")], 0, load)
        restore(conn)

    return Layer(str(directory), digest.hexdigest(), run)


def of_files(paths: Iterable[Path]) -> tuple[Layer, ...]:
    """Files of plain SQL in this order, each in a session that is as new."""
    return tuple(of_file(path) for path in paths)


def is_tree(directory: Path) -> bool:
    """Whether the folder has a `load.sql` of ours."""
    try:
        return (directory / tree.LOAD).read_text("utf-8", errors="replace").startswith(tree.MARK)
    except OSError:
        return False


def _without_restrict(text: str) -> str:
    r"""The text without the first `\restrict` and its `\unrestrict`, in as many lines."""
    at = head_end(text)
    if not text.startswith(_RESTRICT, at):
        return text
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    key = text[at + len(_RESTRICT) : end].strip()
    rest = text[end:]
    closing = f"\n{_UNRESTRICT}{key}"
    before, found, after = rest.rpartition(closing)
    return text[:at] + (f"{before}\n{after}" if found else rest)


def _require_done(reply: Reply, text: str, pieces: Sequence[Piece], start: int, path: Path) -> None:
    """Raise what the server said, with its place.

    Args:
        reply: to a message.
        text: of the file.
        pieces: the statements of the message, or some from its first on.
        start: where in the file the message began.
        path: the file.
    """
    if reply.is_interrupted:
        raise KeyboardInterrupt
    fault = reply.fault
    if fault is None:
        return
    if reply.is_lost or not pieces:
        raise refused(fault)
    piece = pieces[min(reply.completed, len(pieces) - 1)]
    at = piece.start if fault.position is None else start + fault.position
    line, column = position(text, at)
    raise _failed(path, line, column, excerpt(piece), fault)


def _failed(path: Path, line: int, column: int, statement: str, fault: ServerFault) -> PgmigError:
    return StatementFailed(
        path=path,
        line=line,
        column=column,
        statement=statement,
        sqlstate=fault.sqlstate,
        message=fault.message,
        detail=fault.detail,
        hint=fault.hint,
        context=fault.context,
        holds=_HOLDS,
        do=_advice(fault.sqlstate, fault.message, path) or f"correct {path.name}",
    )


def _in_shadow(error: StatementFailed) -> StatementFailed:
    """The same, told of a shadow database."""
    return StatementFailed(
        path=error.path,
        line=error.line,
        column=error.column,
        statement=error.statement,
        sqlstate=error.sqlstate,
        message=error.message,
        detail=error.detail,
        hint=error.hint,
        context=error.context,
        holds=_HOLDS,
        do=_advice(error.sqlstate, error.message, error.path) or error.do,
    )


def _advice(sqlstate: str, message: str, path: Path) -> str:
    """What to do about a shadow server that lacks something."""
    if sqlstate == _UNDEFINED_OBJECT and message.startswith('role "'):
        return f"name the role at the head of {path.name}: `-- pgmig: roles=NAME`"
    if "extension" in message and sqlstate in {"0A000", "58P01"}:
        return "install the extension there, or give --shadow-url of a server that has it"
    return ""
