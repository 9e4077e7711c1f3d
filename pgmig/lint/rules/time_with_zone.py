"""A new column holds a time of day with a zone.

Without a date nobody knows whether clocks were moved, so `timetz` cannot mean what it says
(PostgreSQL's manual advises against it, Date/Time Types).

Bad:

```sql
ALTER TABLE shop.branch ADD COLUMN opens timetz;
```

Good:

```sql
ALTER TABLE shop.branch ADD COLUMN opens time;
```

Allow it where another system wants it.
"""

from collections.abc import Iterator

from pgmig.lint.columns import new_columns
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    for table, column in new_columns(course):
        kind = column.type.removesuffix("[]")
        if kind.startswith(("time ", "time(")) and kind.endswith("with time zone"):
            yield Found(
                f"{table.schema}.{table.name}.{column.name} is of type {column.type}",
                do="time, or timestamptz",
                names=(column.name, table.name, table.schema),
            )


RULE = rule(__name__, __doc__, course=_check)
