"""A constraint is validated in the transaction that holds a strong lock.

`VALIDATE CONSTRAINT` by itself lets others read and write. In one transaction with the statement
that added the constraint, or with any other that locks the table, it reads every row under that
lock: the NOT VALID was for nothing.

Bad:

```sql
ALTER TABLE shop.orders ADD CONSTRAINT orders_total CHECK (total >= 0) NOT VALID;
ALTER TABLE shop.orders VALIDATE CONSTRAINT orders_total;
```

Good: the same with `-- pgmig: transaction=off` at the head, or the second statement in a script of
its own.

```sql
-- pgmig: transaction=off
ALTER TABLE shop.orders ADD CONSTRAINT orders_total CHECK (total >= 0) NOT VALID;
ALTER TABLE shop.orders VALIDATE CONSTRAINT orders_total;
```

Allow it where the table is small.
"""

from collections.abc import Iterator

from pgmig.lint.blocking import blocked
from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for each in blocked(facts, "validation"):
        yield Found(
            f"{', '.join(each.names)} is validated while {each.blocks} of {each.on} wait"
            " for the lock of an earlier statement",
            each.done.number,
            "validate in a transaction of its own: another script, or `-- pgmig: transaction=off`",
        )


RULE = rule(__name__, __doc__, _check, severity="error")
