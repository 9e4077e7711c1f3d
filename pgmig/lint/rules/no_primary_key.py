"""A new table has no primary key.

Nothing tells its rows apart then: logical replication refuses UPDATE and DELETE, duplicates cannot
be removed one by one, and batches have nothing to go by.

Bad:

```sql
CREATE TABLE shop.visit (customer_id bigint, at timestamptz);
```

Good:

```sql
CREATE TABLE shop.visit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint,
    at timestamptz
);
```

Allow it for a table that is only filled and read, such as a log.
"""

from collections.abc import Iterator

from pgmig.kinds.constraint.record import Constraint
from pgmig.kinds.table.record import Table
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    have = {
        (each.schema, each.table)
        for _, each in course.all(Constraint)
        if each.definition.startswith("PRIMARY KEY ")
    }
    for _, table in course.added(Table):
        is_part = table.partition_of is not None or table.inherits is not None
        if not is_part and (table.schema, table.name) not in have:
            yield Found(
                f"table {table.schema}.{table.name} has no primary key",
                do="give it one; GENERATED ALWAYS AS IDENTITY where no column is",
                names=(table.name, table.schema),
            )


RULE = rule(__name__, __doc__, course=_check)
