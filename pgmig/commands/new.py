"""`pgmig new NAME`: the next pair of scripts, for its author to fill in."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pgmig.errors import DirectoryMissing, NameUnusable
from pgmig.scripts.directory import list_names
from pgmig.scripts.header import Header, directive_lines
from pgmig.scripts.names import FileName, file_name, is_timestamp, name_from
from pgmig.scripts.sum_file import add_unsealed
from pgmig.scripts.write import make_directory, write_pair

Numbering = Literal["sequence", "timestamp"]

_FIRST_WIDTH = 4

_UP = """\
{directives}-- {label}: the way up.
--
-- Plain SQL, as psql runs it, {how}.
-- Write names with their schema: CREATE TABLE public.invoice (...);

"""

_DOWN = """\
{directives}-- {label}: the way back, to exactly the schema that was there before.
--
-- If there is none, remove this file and begin the up half with
--     -- pgmig: irreversible="the reason"

"""

_IN_TRANSACTION = "in one transaction with its row in the history"
_WITHOUT = "statement by statement, without a transaction"


@dataclass(frozen=True, slots=True)
class NewScripts:
    """The pair that was written; both halves are still without statements.

    Attributes:
        version: its number.
        label: number and name, like `0042_orders`.
        up: the file with the way up.
        down: the file with the way back.
    """

    version: int
    label: str
    up: Path
    down: Path


def new(
    directory: Path,
    name: str,
    *,
    transaction: bool = True,
    numbering: Numbering | None = None,
    now: datetime | None = None,
) -> NewScripts:
    """Write the next pair of scripts, without statements, and their line in pgmig.sum, not sealed.

    The number is the highest one and one, in the same number of digits, or the time in UTC.

    Args:
        directory: of the scripts; it is made when it is not there.
        name: `Add Invoices` becomes `add_invoices`.
        transaction: false gives both halves `-- pgmig: transaction=off`.
        numbering: None goes on as the directory does; an empty one begins with 0001.
        now: the time for a timestamp; None is the present.

    Raises:
        NameUnusable: no script's name can be made from `name`.
        FileNotWritten: no space or no rights; nothing is left behind.
        DirectoryUnreadable, ScriptMisnamed: as `scripts.read`.
        SumFileInvalid, ScriptUnreadable: pgmig.sum is not as pgmig writes it; nothing is written.
    """
    clean = name_from(name)
    if clean is None:
        raise NameUnusable(name=name)
    try:
        names = list_names(directory)
    except DirectoryMissing:
        make_directory(directory)
        names = []
    version, width = next_number(names, numbering, now or datetime.now(UTC))
    label = f"{version:0{width}d}_{clean}"
    directives = directive_lines(Header(transaction=transaction))
    script = write_pair(
        directory,
        version,
        clean,
        _UP.format(
            directives=directives, label=label, how=_IN_TRANSACTION if transaction else _WITHOUT
        ),
        _DOWN.format(directives=directives, label=label),
        width=width,
    )
    down = directory / file_name(script.label, "down")
    with ExitStack() as undo:
        for path in (script.up.path, down):
            undo.callback(path.unlink, missing_ok=True)
        add_unsealed(directory, script.label)
        undo.pop_all()
    return NewScripts(version=version, label=script.label, up=script.up.path, down=down)


def next_number(
    names: list[FileName], numbering: Numbering | None, now: datetime
) -> tuple[int, int]:
    """The next number and its digits."""
    last = max(names, key=lambda name: name.version, default=None)
    if numbering is None:
        numbering = "timestamp" if last and is_timestamp(last.version) else "sequence"
    number = last.version + 1 if last else 1
    if numbering == "timestamp":
        return max(number, int(f"{now.astimezone(UTC):%Y%m%d%H%M%S}")), _FIRST_WIDTH
    return number, len(last.digits) if last else _FIRST_WIDTH
