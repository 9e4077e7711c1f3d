"""The primary key of a new table is an integer of four bytes or less.

It is full after 2,147,483,647 rows that ever were, those of failed transactions and of ON CONFLICT
included. Then every INSERT fails, and `bigint` instead means to write the table and all that refers
to it anew.

Bad:

```sql
CREATE TABLE shop.click (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
```

Good:

```sql
CREATE TABLE shop.click (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
```

Allow it for a table whose rows one can count, such as countries.
"""

from collections.abc import Iterator

from pgmig.kinds.constraint.record import Constraint
from pgmig.kinds.table.record import Table
from pgmig.lint.columns import listed
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule

_SMALL = frozenset({"integer", "smallint"})


def _check(course: Course) -> Iterator[Found]:
    keys = {
        (each.schema, each.table): listed(each.definition)
        for _, each in course.all(Constraint)
        if each.definition.startswith("PRIMARY KEY ")
    }
    for _, table in course.added(Table):
        names = keys.get((table.schema, table.name), ())
        for column in table.columns if len(names) == 1 and table.partition_of is None else ():
            is_counted = column.identity or (column.default or "").startswith("nextval(")
            if column.name in names and column.type in _SMALL and is_counted:
                yield Found(
                    f"primary key {column.name} of {table.schema}.{table.name} is {column.type}",
                    do="bigint",
                    names=(column.name, table.name, table.schema),
                )


RULE = rule(__name__, __doc__, course=_check)
