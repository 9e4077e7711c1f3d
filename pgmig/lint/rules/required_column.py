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

from pgmig.lint.facts import Change, Done, Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for done, each in facts.changes("column", "added"):
        if each.is_set and not _is_given(facts, done, each):
            yield Found(
                f"column {each.name} of {each.relation} is NOT NULL and has no default",
                done.number,
                "give it a default, or add it without NOT NULL and fill it first",
            )


def _is_given(facts: Facts, done: Done, column: Change) -> bool:
    """Whether the column has a default at once, and when the script ends."""
    found = [
        (by.number, each.verb)
        for by, each in facts.changes("default", "added", "dropped")
        if (each.relation, each.name) == (column.relation, column.name)
    ]
    return (done.number, "added") in found and found[-1][1] == "added"


RULE = rule(__name__, __doc__, _check, severity="error")
