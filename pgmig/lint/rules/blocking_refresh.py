"""A materialized view is refreshed while nobody can read it.

`REFRESH MATERIALIZED VIEW` holds ACCESS EXCLUSIVE while its query runs. With CONCURRENTLY, for
which the view needs a unique index, reads go on.

Bad:

```sql
REFRESH MATERIALIZED VIEW ledger.fleet_use;
```

Good:

```sql
REFRESH MATERIALIZED VIEW CONCURRENTLY ledger.fleet_use;
```

`pgmig up` refreshes what a script has left without rows, and `pgmig refresh` does it whenever you
like.

Allow it where nobody reads the view yet.
"""

from collections.abc import Iterator

from pgmig.lint.blocking import blocked
from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for each in blocked(facts, "refresh"):
        if "reads" in each.blocks:
            yield Found(
                f"{each.on} is made again while {each.blocks} wait",
                each.done.number,
                "REFRESH MATERIALIZED VIEW CONCURRENTLY; it needs a unique index",
            )


RULE = rule(__name__, __doc__, _check)
