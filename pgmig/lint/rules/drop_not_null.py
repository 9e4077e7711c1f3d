"""A column that never was NULL may be.

Whatever reads the column was written for values alone.

Bad:

```sql
ALTER TABLE shop.orders ALTER COLUMN customer_id DROP NOT NULL;
```

Good: once everything that reads it expects a NULL, say so.

```sql
-- pgmig: allow=drop-not-null reason="since 5.1 orders without a customer are shown as cash"
ALTER TABLE shop.orders ALTER COLUMN customer_id DROP NOT NULL;
```

Allow it when the application that is in production expects it.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for done, each in facts.changes("column", "unset"):
        yield Found(
            f"column {each.name} of {each.relation} may be NULL now",
            done.number,
            "see to it first that whatever reads it expects a NULL",
        )


RULE = rule(__name__, __doc__, _check)
