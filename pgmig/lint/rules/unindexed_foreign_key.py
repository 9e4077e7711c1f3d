"""A foreign key has no index on its own columns.

A DELETE of a referenced row, or an UPDATE of its key, looks for rows that refer to it. Without an
index it reads the whole referencing table each time, and holds its locks while it does.

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

from collections.abc import Iterator

from pgmig.ddl import ident_text
from pgmig.kinds.constraint.record import Constraint
from pgmig.kinds.index import Index
from pgmig.lint.columns import listed
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule

_METHODS = ("USING btree ", "USING hash ")


def _check(course: Course) -> Iterator[Found]:
    lists: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for _, index in course.all(Index):
        if index.definition.startswith(_METHODS) and _is_of_all(index):
            place = (index.table_schema, index.table)
            lists.setdefault(place, []).append(listed(index.definition))
    for key, each in course.all(Constraint):
        if key.kind == "key":
            lists.setdefault((each.schema, each.table), []).append(listed(each.definition))
    for key, each in course.added(Constraint):
        columns = listed(each.definition)
        if key.kind != "foreign key" or not each.is_local:
            continue
        there = lists.get((each.schema, each.table), ())
        if not any({*one[: len(columns)]} == {*columns} for one in there):
            yield Found(
                f"foreign key {each.name} of {each.schema}.{each.table} has no index on"
                f" {', '.join(columns)}",
                do="make an index that begins with these columns",
                names=(each.name, each.table, *columns, each.schema),
            )


def _is_of_all(index: Index) -> bool:
    """Whether it has every row in which its columns are something."""
    columns = listed(index.definition)
    kept = {f"({ident_text(each)} IS NOT NULL)" for each in columns}
    return index.predicate is None or index.predicate in kept


RULE = rule(__name__, __doc__, course=_check)
