"""What of the rows that differ a script is to write, by the files and rules of their tables."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from pgmig.ddl import qualified
from pgmig.seeds.changes import Dependent, TableChanges
from pgmig.seeds.names import TableName
from pgmig.seeds.order import in_order
from pgmig.seeds.part import Part
from pgmig.seeds.rules import TableRule
from pgmig.seeds.sorting import clashing
from pgmig.seeds.table import Key, Table
from pgmig.seeds.task import Task


@dataclass(frozen=True, slots=True)
class Drafted:
    """The tables of a script.

    Attributes:
        parts: those that are referred to first.
        deferred: constraints that are checked at the end, quoted with their schema.
    """

    parts: tuple[Part, ...]
    deferred: tuple[str, ...] = ()

    @property
    def back(self) -> "Drafted":
        """The way back."""
        return replace(self, parts=tuple(part.back for part in self.parts))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.parts


def draft(
    found: Sequence[TableChanges],
    tasks: Mapping[TableName, Task],
    dependents: Mapping[int, Sequence[Dependent]],
    tables: Iterable[Table],
    fluid: Mapping[int, Collection[str]] | None = None,
) -> Drafted:
    """The rows to write, in the order in which they can be written.

    Args:
        found: what differs; each table has a key.
        tasks: of the tables that have files; others are compared as a whole.
        dependents: what would go with a removed row, by the OID of its table.
        tables: all of the database.
        fluid: columns of rows to remove that get other values each time that the migrations run,
            by the OID of the table.

    Raises:
        SeedCycle: tables refer to each other, and nothing of it can wait.
    """
    referred: dict[TableName, set[str]] = {}
    for key in (key for table in tables for key in table.foreign_keys):
        referred.setdefault(key.target, set()).update(key.target_columns)
    parts = dict[TableName, Part]()
    for each in found:
        name = each.table.name
        bound = tuple(dependents.get(each.table.oid, ()))
        loose = {*(fluid or {}).get(each.table.oid, ())}
        part = _part(each, tasks.get(name), referred.get(name, set()), loose)
        part = replace(part, dependents=bound)
        if not part.changes.is_empty:
            parts[each.table.name] = part
    order = in_order(
        {name: part.table for name, part in parts.items()},
        {name: {*part.written, *part.owned} for name, part in parts.items()},
    )
    unique = [
        qualified(part.table.name.schema, key.name)
        for part in parts.values()
        for key in clashing(part.changes)
        if key.is_deferrable
    ]
    return Drafted(
        tuple(
            replace(
                parts[name],
                cuts=frozenset(column for cut in order.cuts_of(name) for column in cut.columns),
                number=number,
            )
            for number, name in enumerate(order.tables, start=1)
        ),
        (
            *(qualified(cut.table.schema, cut.key.name) for cut in order.cuts if not cut.columns),
            *unique,
        ),
    )


def _part(found: TableChanges, task: Task | None, referred: set[str], fluid: set[str]) -> Part:
    """The rows of one table.

    Args:
        found: what differs in it.
        task: None without files.
        referred: the columns that rows of other tables refer to.
        fluid: columns of rows to remove that get other values each time.
    """
    key = found.key
    assert key is not None  # noqa: S101 - the caller has refused tables without one
    rule = TableRule() if task is None else task.rule
    bound = {*key.columns, *referred}
    if task is not None and task.files:
        written = task.columns
        owned = frozenset(task.owned(written))
        fixed = frozenset(task.fixed(written))
    else:
        # Numbers that nothing refers to are the database's to give.
        given = [c for c in found.columns if c.name in bound or c.sequence is None]
        written = tuple(column.name for column in given)
        free = {c.name for c in given if c.name not in key.columns and c.identity != "a"}
        fixed = frozenset(c.name for c in given if c.name not in {*key.columns, *free})
        owned = frozenset(free if rule.columns is None else free.intersection(rule.columns))
    is_silent = rule.triggers == "off"
    has_triggers = not is_silent and any(each.state in "OA" for each in found.table.triggers)
    steady = {c.name for c in found.columns if c.is_steady}
    known = {*written, *owned, *bound, *_bare(found)}
    loose = fluid - {*key.columns, *owned}
    names = [column.name for column in found.columns]
    changed = tuple(each for each in found.changed if owned.intersection(found.differing(each)))
    return Part(
        replace(found, changed=changed),
        key,
        written,
        owned,
        settled=frozenset(names) - loose,
        returned=tuple(name for name in names if name in known or name not in loose),
        settled_back=owned if has_triggers else owned.union(written, steady),
        filled=tuple(name for name in names if name in known),
        fluid=frozenset(loose),
        fixed=fixed,
        parked=frozenset(_parked(found)),
        is_silent=is_silent,
    )


def _parked(found: TableChanges) -> Iterator[str]:
    """One column of each unique key whose values rows exchange, where it may be NULL."""
    for key in clashing(found):
        free = (c.name for c in found.columns if c.name in key.columns and not c.is_not_null)
        yield from islice(free, 0 if key.is_deferrable else 1)


def _bare(found: TableChanges) -> set[str]:
    """The columns that are NULL unless somebody gives them a value."""
    return {c.name for c in found.columns if not c.has_default and not c.identity}


def key_of(task: Task, *, where: str) -> Key:
    """What tells the rows of a table apart that has files.

    Raises:
        SeedKeyMissing: nothing does.
    """
    return task.table.key_of(task.rule.key, where=where)
