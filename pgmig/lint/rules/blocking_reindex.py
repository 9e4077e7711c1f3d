"""An index is built again while others wait.

`REINDEX` keeps writes from the table and all that would use the index from it. With CONCURRENTLY
both go on.

Bad:

```sql
REINDEX TABLE shop.orders;
```

Good:

```sql
-- pgmig: transaction=off
REINDEX TABLE CONCURRENTLY shop.orders;
```

Allow it in a maintenance window: it needs less work and less space.
"""

from collections.abc import Iterator

from pgmig.lint.blocking import blocked
from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    seen: set[int] = set()
    for each in blocked(facts, "reindex"):
        if each.done.number not in seen:
            seen.add(each.done.number)
            yield Found(
                f"indexes of {each.on} are built again while {each.blocks} wait",
                each.done.number,
                "REINDEX .. CONCURRENTLY, in a script with `-- pgmig: transaction=off`",
            )


RULE = rule(__name__, __doc__, _check, severity="error")
