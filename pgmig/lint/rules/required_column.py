"""A new column must not be NULL and has no default.

The script fails on a table that has rows. On one that has none, the application that runs
meanwhile, which does not know the column, can add no row any more.

Bad:

```sql
ALTER TABLE shop.orders ADD COLUMN channel text NOT NULL;
```

Good:

```sql
ALTER TABLE shop.orders ADD COLUMN channel text NOT NULL DEFAULT 'web';
```

Allow it where the table has no rows and nothing writes to it yet.
"""

from collections.abc import Iterator

from pgmig.kinds.table.record import Column, Table
from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for done, each in facts.changes("column", "added"):
        table = facts.after.objects.get(each.relation.key)
        columns = table.columns if isinstance(table, Table) else ()
        for column in columns:
            if column.name == each.name and _is_required(column):
                yield Found(
                    f"column {each.name} of {each.relation} is NOT NULL and has no default",
                    done.number,
                    "give it a default, or add it without NOT NULL and fill it first",
                )


def _is_required(column: Column) -> bool:
    is_given = column.default or column.generated or column.identity
    return column.is_not_null and not is_given


RULE = rule(__name__, __doc__, _check, severity="error")
