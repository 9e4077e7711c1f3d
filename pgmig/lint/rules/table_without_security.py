"""A new table has no row security.

For databases in which every table must have it, as where clients connect directly. This rule is off
unless the settings say otherwise.

Bad:

```sql
CREATE TABLE shop.message (id bigint PRIMARY KEY, owner text);
```

Good:

```sql
CREATE TABLE shop.message (id bigint PRIMARY KEY, owner text);
ALTER TABLE shop.message ENABLE ROW LEVEL SECURITY;
```

Allow it for tables that everybody may read.
"""

from collections.abc import Iterator

from pgmig.kinds.table.record import Table
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    for _, table in course.added(Table):
        if not table.has_row_security and table.partition_of is None:
            yield Found(
                f"table {table.schema}.{table.name} has no row security",
                do="ALTER TABLE .. ENABLE ROW LEVEL SECURITY, and policies",
                names=(table.name, table.schema),
            )


RULE = rule(__name__, __doc__, course=_check, severity="off")
