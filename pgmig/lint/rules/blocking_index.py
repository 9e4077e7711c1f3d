"""An index is built while writes wait.

`CREATE INDEX` holds SHARE on the table until the index is built: reads go on, every INSERT, UPDATE
and DELETE waits. `CREATE INDEX CONCURRENTLY` takes longer and lets them go on; it cannot run in a
transaction, hence the directive. What it leaves when it fails, pgmig clears away when it goes on.

An index of a table that the same script makes blocks nobody and is not told.

Bad:

```sql
CREATE INDEX orders_customer_idx ON shop.orders (customer_id);
```

Good:

```sql
-- pgmig: transaction=off
CREATE INDEX CONCURRENTLY orders_customer_idx ON shop.orders (customer_id);
```

Allow it where the table is small, or nobody writes to it.
"""

from collections.abc import Iterator

from pgmig.lint.blocking import blocked
from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for each in blocked(facts, "index"):
        tables = tuple(one for one in each.relations if one.relkind != "m")
        if tables:
            yield Found(
                f"an index of {', '.join(map(str, tables))} is built while {each.blocks} wait",
                each.done.number,
                "CREATE INDEX CONCURRENTLY, in a script with `-- pgmig: transaction=off`",
            )


RULE = rule(__name__, __doc__, _check, severity="error")
