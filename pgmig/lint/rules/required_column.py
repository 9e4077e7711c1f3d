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

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for done, each in facts.changes("column", "added"):
        is_given = any(
            one.part == "default" and (one.relation, one.name) == (each.relation, each.name)
            for one in done.changes
        )
        if each.is_set and not is_given:
            yield Found(
                f"column {each.name} of {each.relation} is NOT NULL and has no default",
                done.number,
                "give it a default, or add it without NOT NULL and fill it first",
            )


RULE = rule(__name__, __doc__, _check, severity="error")
