"""A plan as the text of a script."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from pgmig.model import Statement
from pgmig.plan.reasons import cut


def script_text(
    statements: Sequence[Statement],
    *,
    directives: Iterable[str] = (),
    title: Iterable[str] = (),
    settings: Iterable[str] = (),
    with_transaction: bool = False,
    with_reasons: bool = False,
) -> str:
    """One script: directives, a title in comments, settings, then the statements by object.

    Args:
        statements: in order.
        directives: as `roles=app`, without the comment sign.
        title: lines of a comment.
        settings: as `check_function_bodies = off`; they end with the script's transaction.
        with_transaction: true for a file that psql runs by itself; a migration's transaction is
            the engine's.
        with_reasons: write above each statement why it is there.
    """
    head = [f"-- pgmig: {directive}" for directive in directives]
    # A name with a line break in it must not end the comment.
    head += [f"-- {one_line(line)}".rstrip() for line in title]
    blocks = ["\n".join(head)] if head else []
    opening = ["BEGIN;"] if with_transaction else []
    opening += [f"SET LOCAL {setting};" for setting in settings]
    if opening:
        blocks.append("\n".join(opening))
    blocks += [
        "\n".join(_told(statement) if with_reasons else f"{statement.sql};" for statement in group)
        for _, group in groupby(statements, key=lambda statement: statement.touches)
    ]
    if with_transaction:
        blocks.append("COMMIT;")
    return "\n\n".join(blocks) + "\n"


def _told(statement: Statement) -> str:
    return f"-- {cut(one_line(statement.reason))}\n{statement.sql};"


def one_line(text: str) -> str:
    """The text without what would end a comment."""
    return " ".join(text.splitlines())
