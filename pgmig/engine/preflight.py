"""What is refused before the first statement runs."""

from collections.abc import Sequence

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.engine.alone import is_temporary, keeps_state, stands_alone
from pgmig.engine.body import Body, read_body
from pgmig.engine.step import Step
from pgmig.errors import RoleNotTaken, RolesMissing, StateLeft


def prepare(conn: Connection, steps: Sequence[Step]) -> list[tuple[Step, Body]]:
    """The statements of every step, read and checked.

    Raises:
        ScriptIrreversible, TransactionControl, RolesMissing, StateLeft, RoleNotTaken: the step
            cannot run.
        BadScript: one of its subclasses, for text that cannot be sent.
    """
    bodies = [(step, read_body(step.half)) for step in steps]
    for step in steps:
        if conn.is_pooled:
            _require_no_state(step, conn.role)
        elif not step.half.header.transaction:
            _require_nothing_temporary(step)
    _require_roles(conn, steps)
    return bodies


def _require_no_state(step: Step, role: str | None) -> None:
    """Refuse what leaves something on a backend that other clients of a pooler get next.

    Settings within a transaction are undone; without one each statement may run on another
    backend, so that not even the script itself would find them.
    """
    for piece in step.half.statements():
        words = piece.words
        is_prepared = words[:1] == ("PREPARE",) and words[:2] != ("PREPARE", "TRANSACTION")
        if role is not None and not step.half.header.transaction and stands_alone(piece):
            told = " ".join(words[:2])
            raise RoleNotTaken(path=step.half.path, line=piece.line, words=told, role=role)
        if is_prepared or (not step.half.header.transaction and keeps_state(piece)):
            raise StateLeft(path=step.half.path, line=piece.line, words=" ".join(words[:2]))


def _require_nothing_temporary(step: Step) -> None:
    """Refuse what would be gone when the script goes on in another session."""
    for piece in step.half.statements():
        if is_temporary(piece):
            words = " ".join(piece.words[:2])
            raise StateLeft(path=step.half.path, line=piece.line, words=words, is_pooled=False)


def _require_roles(conn: Connection, steps: Sequence[Step]) -> None:
    """Refuse steps whose roles the server does not have."""
    named = {role for step in steps for role in step.half.header.roles}
    if not named:
        return
    rows = fetch(
        conn,
        "SELECT r FROM pg_catalog.unnest(%s::text[]) r"
        " WHERE r NOT IN (SELECT rolname FROM pg_catalog.pg_roles) ORDER BY r",
        (sorted(named),),
    )
    missing = tuple(str(role) for (role,) in rows)
    if missing:
        paths = tuple(
            step.half.path for step in steps if not set(missing).isdisjoint(step.half.header.roles)
        )
        raise RolesMissing(roles=missing, paths=paths)
