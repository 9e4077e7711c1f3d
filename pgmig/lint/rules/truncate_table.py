"""A table that was there is emptied.

TRUNCATE takes every row, of the tables that refer to it as well with CASCADE, under a lock that
keeps even readers out. No way down brings them back.

Bad:

```sql
TRUNCATE shop.voucher;
```

Good:

```sql
-- pgmig: allow=truncate-table reason="a cache, filled again every night"
TRUNCATE shop.voucher;
```

Allow it for rows that anybody can make again.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        if done.verb == "TRUNCATE":
            emptied = [each.relation for each in done.trace.locks if each.blocks]
            if emptied:
                yield Found(
                    f"all rows of {', '.join(map(str, emptied))} are removed",
                    done.number,
                    "DELETE in batches what must go, or say so with allow=truncate-table",
                )


RULE = rule(__name__, __doc__, _check, severity="error")
