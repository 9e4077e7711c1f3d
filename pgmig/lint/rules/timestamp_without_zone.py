"""A new column holds a time of no zone.

`timestamp` keeps what a clock showed and forgets where it hung: the same value means another moment
for every session with another TimeZone, and two in a year mean two or none where clocks are moved.

Bad:

```sql
ALTER TABLE shop.orders ADD COLUMN paid_at timestamp;
```

Good:

```sql
ALTER TABLE shop.orders ADD COLUMN paid_at timestamptz;
```

Allow it for what is no moment, such as opening hours, or where another column has the zone.
"""

from collections.abc import Iterator

from pgmig.lint.columns import new_columns
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    for table, column in new_columns(course):
        kind = column.type
        if kind.startswith("timestamp") and kind.removesuffix("[]").endswith("without time zone"):
            yield Found(
                f"{table.schema}.{table.name}.{column.name} is of type {column.type}",
                do="timestamptz",
                names=(column.name, table.name, table.schema),
            )


RULE = rule(__name__, __doc__, course=_check)
