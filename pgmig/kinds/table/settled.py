"""The last of a column: NOT NULL, values, storage, statistics, options."""

from collections.abc import Iterator, Sequence

from pgmig import ddl
from pgmig.errors import UnsupportedChange
from pgmig.kinds.table import types
from pgmig.kinds.table.change import Change
from pgmig.kinds.table.nulls import nulls
from pgmig.kinds.table.record import Column, ForeignColumn, ForeignTable
from pgmig.kinds.table.values import values
from pgmig.model import Statement


def settled(change: Change, base: Column, after: Column, *, is_fresh: bool) -> Iterator[Statement]:
    """Statements that take a column of the right type to what it should be.

    Its privileges, labels and comment are not among them.
    """
    yield from nulls(change, base, after, is_fresh=is_fresh)
    yield from values(change, base, after, is_fresh=is_fresh)
    yield from _physical(change, base, after)
    if isinstance(base, ForeignColumn) and isinstance(after, ForeignColumn):
        options = ddl.fdw_option_change(base.fdw_options or (), after.fdw_options or ())
        if options:
            yield change.alter_column(after.name, options)


def _physical(change: Change, base: Column, after: Column) -> Iterator[Statement]:
    """How values are stored and sampled."""
    name = after.name
    if base.storage != after.storage:
        is_new = change.around.major >= 16  # SET STORAGE DEFAULT
        default = "DEFAULT" if is_new else types.default_storage(after.type, change.around)
        yield change.alter_column(name, f"SET STORAGE {after.storage or default}")
    if base.compression != after.compression:
        if isinstance(change.new, ForeignTable):
            field = f"columns {name} compression"
            raise UnsupportedChange(changes=(f"{change.key}: {field}",))
        yield change.alter_column(name, f"SET COMPRESSION {after.compression or 'default'}")
    if base.statistics != after.statistics:
        target = -1 if after.statistics is None else after.statistics
        yield change.alter_column(name, f"SET STATISTICS {target}")
    yield from _options(change, name, base.options or (), after.options or ())


def _options(
    change: Change, name: str, old: Sequence[str], new: Sequence[str]
) -> Iterator[Statement]:
    """RESET and SET of options; what SET sets goes to the end, so all are set in another order."""
    names = {each.partition("=")[0] for each in new}
    gone = [each for each in (one.partition("=")[0] for one in old) if each not in names]
    kept = [each for each in old if each.partition("=")[0] in names]
    missing = new[len(kept) :] if list(new[: len(kept)]) == kept else new
    if gone:
        yield change.alter_column(name, f"RESET ({', '.join(gone)})")
    if missing:
        yield change.alter_column(name, f"SET {ddl.options(missing)}")
