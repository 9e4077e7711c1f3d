"""A foreign key has no index on its own columns, or none any more.

A DELETE of a referenced row, or an UPDATE of its key, looks for rows that refer to it. Without an
index it reads the whole referencing table each time, and holds its locks while it does. Told is a
new foreign key, and one whose last index is dropped.

Bad:

```sql
CREATE TABLE shop.line (
    id bigint PRIMARY KEY,
    order_id bigint REFERENCES shop.orders
);
```

Good:

```sql
CREATE INDEX line_order_idx ON shop.line (order_id);
```

An index `WHERE order_id IS NOT NULL` does as well. Allow it where referenced rows are never
deleted and their keys never change.
"""

from collections.abc import Iterator, Sequence

from pgmig.kinds.constraint.record import Constraint
from pgmig.kinds.index import Index
from pgmig.lint.columns import listed
from pgmig.lint.facts import Course, Done, Facts, Found
from pgmig.lint.rule import rule
from pgmig.lint.wording import objects_between, objects_of
from pgmig.model import Snapshot
from pgmig.scripts.batch.tokens import tokens

_NOT_FOR_EQUALITY = "BRIN"  # it finds blocks, which are read whole

_Lists = dict[tuple[str, str], dict[str, tuple[str, ...]]]


def _check(course: Course) -> Iterator[Found]:
    before, after = _lists(course.before), _lists(course.after)
    for key, each in course.all(Constraint):
        columns = listed(each.definition)
        if key.kind != "foreign key" or not each.is_local:
            continue
        table = (each.schema, each.table)
        was = _serving(before.get(table, {}), columns)
        is_new = key not in course.before.objects
        if _serving(after.get(table, {}), columns) or not (is_new or was):
            continue
        label, statement = _dropped(course.scripts, table, columns, was)
        yield Found(
            f"foreign key {each.name} of {each.schema}.{each.table} has no index on"
            f" {', '.join(columns)}",
            statement,
            "make an index that begins with these columns",
            names=(each.name, each.table, *columns, each.schema),
            script=label,
        )


def _lists(snapshot: Snapshot) -> _Lists:
    """The columns of indexes that can find a row by its values, by table and name."""
    found: _Lists = {}
    for key, each in snapshot.objects.items():
        if isinstance(each, Index) and _serves(each):
            place = found.setdefault((each.table_schema, each.table), {})
            place[each.name] = listed(each.definition)
        elif isinstance(each, Constraint) and key.kind == "key":
            place = found.setdefault((each.schema, each.table), {})
            place[each.name] = listed(each.definition)
    return found


def _serves(index: Index) -> bool:
    """Whether it is for whatever is equal to something, which is not NULL."""
    if _NOT_FOR_EQUALITY in (each.word for each in tokens(index.definition)):
        return False
    if index.predicate is None:
        return True
    said = [each.text for each in tokens(index.predicate) if each.text not in {"(", ")"}]
    own = {f'"{each}"' for each in listed(index.definition)} | {*listed(index.definition)}
    parts = zip(*[iter([*said, "AND"])] * 5, strict=False)
    return len(said) % 5 == 4 and all(
        part[0] in own and part[1:] == ("IS", "NOT", "NULL", "AND") for part in parts
    )


def _serving(lists: dict[str, tuple[str, ...]], columns: Sequence[str]) -> frozenset[str]:
    """The indexes that begin with these columns, in any order."""
    wanted = {*columns}
    return frozenset(name for name, one in lists.items() if {*one[: len(columns)]} == wanted)


def _dropped(
    scripts: Sequence[Facts],
    table: tuple[str, str],
    columns: Sequence[str],
    known: frozenset[str],
) -> tuple[str, int | None]:
    """The script and statement that took the last index away, of those that were known or made."""
    serving = {*known, "_".join((table[1], *columns, "idx"))}
    found: tuple[str, int | None] = ("", None)
    for facts in scripts:
        for done in facts.statements:
            if done.verb == "CREATE" and _is_on(done, table):
                if {*listed(done.piece.sql)[: len(columns)]} == {*columns}:
                    serving |= _named(done, table[0])
            elif serving & (
                _lost(done, table) | (_named(done, table[0]) if done.verb == "DROP" else set())
            ):
                found = facts.script.label, done.number
    return found


def _is_on(done: Done, table: tuple[str, str]) -> bool:
    """Whether a statement makes something on a table."""
    return any(
        ("", *each)[-2:] in {table, ("", table[1])} for each in objects_between(done, "ON", "USING")
    )


def _named(done: Done, schema: str) -> frozenset[str]:
    """The indexes that the text of a statement makes or drops by name, in this schema maybe."""
    ways = (("CREATE", "INDEX"), ("CREATE", "UNIQUE", "INDEX"), ("DROP", "INDEX"))
    found = (each for way in ways for each in objects_of(done, *way))
    return frozenset(each[-1] for each in found if len(each) == 1 or each[-2] == schema)


def _lost(done: Done, table: tuple[str, str]) -> frozenset[str]:
    """The indexes that a statement took from a table."""
    return frozenset(
        each.name
        for each in done.changes
        if (each.part, each.verb) == ("index", "dropped")
        and (each.relation.schema, each.relation.name) == table
    )


RULE = rule(__name__, __doc__, course=_check)
