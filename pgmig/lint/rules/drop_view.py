"""A view that was there is gone.

It has no rows of its own to lose, and its way down is easily written; but whatever reads it fails.

Bad:

```sql
DROP VIEW shop.contact;
```

Good: once nothing reads it any more, say so.

```sql
-- pgmig: allow=drop-view reason="the last report moved to shop.customer"
DROP VIEW shop.contact;
```

Allow it when nothing reads the view any more.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for done, each in facts.changes("relation", "dropped"):
        view = each.relation
        if view.relkind in "vm" and not facts.standing(view):
            yield Found(
                f"{view.key} is gone", done.number, "drop it when nothing reads it any more"
            )


RULE = rule(__name__, __doc__, _check)
