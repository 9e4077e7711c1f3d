"""An index is dropped while nobody can use its table.

`DROP INDEX` needs ACCESS EXCLUSIVE on the table: it waits for every query that runs, and everybody
else waits for it meanwhile. With CONCURRENTLY nobody does.

Bad:

```sql
DROP INDEX shop.orders_customer_idx;
```

Good:

```sql
-- pgmig: transaction=off
DROP INDEX CONCURRENTLY shop.orders_customer_idx;
```

Allow it where the table is seldom used: the lock is held for a moment only.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        if done.piece.words[:2] != ("DROP", "INDEX") or done.trace.is_alone:
            continue
        tables = [
            str(each.relation)
            for each in done.trace.locks
            if each.blocks and each.relation.relkind in "rp"
        ]
        if tables:
            yield Found(
                f"an index of {', '.join(tables)} is dropped while reads and writes wait",
                done.number,
                "DROP INDEX CONCURRENTLY, in a script with `-- pgmig: transaction=off`",
            )


RULE = rule(__name__, __doc__, _check)
