"""The field rows of tables and foreign tables, and the hooks that let go and rename."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from pgmig import ddl
from pgmig.ddl.carried import Carried
from pgmig.errors import UnsupportedChange
from pgmig.kinds.table import columns, parents, references
from pgmig.kinds.table.alters import altered_columns
from pgmig.kinds.table.change import Change, parents_of
from pgmig.kinds.table.moved import is_key_changed
from pgmig.kinds.table.record import Column, ForeignTable, Table
from pgmig.model import Around, ObjectKey, Statement

T = TypeVar("T", Table, ForeignTable)


def change_shape(
    old: T, new: T, around: Around, carried: Carried[Any]
) -> Sequence[Statement] | None:
    """What changes of the columns, the parents and the type of a typed table."""
    made: list[Statement] = []
    start, loosened = parents.released(old, new, _parents(old, around))
    made += loosened
    made += references.left_over(old, new, around)
    if isinstance(start, Table) and isinstance(new, Table) and parents.is_typed_again(start, new):
        made.append(parents.untyped(start))
        start = msgspec.structs.replace(start, of_type=None)
    change = Change(start, new, around)
    if is_key_changed(change):
        return None
    statements, bases = altered_columns(change)
    made += statements
    _check_local(change, bases)
    made += parents.joined(change)
    if isinstance(start, Table) and isinstance(new, Table) and new.of_type != start.of_type:
        made.append(change.act("", "OF", new.of_type))
    stand: T = msgspec.structs.replace(new, owner=old.owner, columns=tuple(bases))
    return (*made, *carried.changed_for_columns(stand, new))


def _parents(record: Table | ForeignTable, around: Around) -> Sequence[Table | ForeignTable]:
    found = (
        around.old.get(ObjectKey(kind, *name))
        for name in parents_of(record)
        for kind in ("table", "foreign table")
    )
    return [each for each in found if isinstance(each, Table | ForeignTable)]


def _check_local(change: Change, bases: Sequence[Column]) -> None:
    """Refuses by name what no statement can reach: a column that is the parent's alone."""
    if change.new.partition_of is not None:
        return
    wrong = [
        f"{change.key}: columns {base.name} is_local"
        for base, after in zip(bases, change.new.columns, strict=True)
        if base.is_local != after.is_local
    ]
    if wrong:
        raise UnsupportedChange(changes=tuple(wrong))


def set_logged(old: Table, new: Table, around: Around) -> Sequence[Statement]:
    """SET LOGGED or SET UNLOGGED."""
    word = "SET UNLOGGED" if new.is_unlogged else "SET LOGGED"
    return (Change(old, new, around).act("", word, recurses=True),)


def set_options(old: Table, new: Table) -> Sequence[Statement]:
    """SET and RESET of the storage parameters, those of the TOAST table too."""
    key, name = columns.key_of(new), columns.name_of(new)
    return (
        *ddl.option_change(key, "TABLE", name, old.options or (), new.options or ()),
        *ddl.option_change(key, "TABLE", name, old.toast_options or (), new.toast_options or ()),
    )


def set_access_method(old: Table, new: Table, around: Around) -> Sequence[Statement]:
    """SET ACCESS METHOD; 14 has none."""
    if around.major < 15:
        raise UnsupportedChange(changes=(f"{columns.key_of(new)}: access_method",))
    default = "DEFAULT" if new.partition_key else "heap"
    method = ddl.ident_text(new.access_method) if new.access_method else default
    return (Change(old, new, around).act("", f"SET ACCESS METHOD {method}"),)


def set_tablespace(old: Table, new: Table, around: Around) -> Sequence[Statement]:
    """SET TABLESPACE; PostgreSQL lets it share an ALTER with nothing."""
    place = ddl.ident(new.tablespace or "pg_default")
    change = Change(old, new, around)
    return (change.act("", "SET TABLESPACE", place, recurses=True, is_alone=True),)


def set_replica_identity(old: Table, new: Table, around: Around) -> Sequence[Statement]:
    """REPLICA IDENTITY; that of an index is set with the index."""
    if new.replica_identity == "index":
        return ()
    word = (new.replica_identity or "default").upper()
    return (Change(old, new, around).act("", f"REPLICA IDENTITY {word}"),)


def set_row_security(old: Table, new: Table, around: Around) -> Sequence[Statement]:
    """Row security on and off, for the owner too."""
    made, change = list[Statement](), Change(old, new, around)
    if old.has_row_security != new.has_row_security:
        word = "ENABLE" if new.has_row_security else "DISABLE"
        made.append(change.act("", f"{word} ROW LEVEL SECURITY"))
    if old.forces_row_security != new.forces_row_security:
        word = "FORCE" if new.forces_row_security else "NO FORCE"
        made.append(change.act("", f"{word} ROW LEVEL SECURITY"))
    return made
