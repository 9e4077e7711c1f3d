"""A CHECK reads the whole table while nobody can use it.

`ADD CHECK` holds ACCESS EXCLUSIVE while every row is checked. With NOT VALID it is there in a
moment and holds for new rows; `VALIDATE CONSTRAINT`, in a transaction of its own, reads the old
ones while everybody goes on.

Bad:

```sql
ALTER TABLE shop.orders ADD CONSTRAINT orders_total CHECK (total >= 0);
```

Good, in a script with `transaction=off`, or in two scripts:

```sql
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
    for each in blocked(facts, "check"):
        yield Found(
            f"every row of {each.on} is checked for {', '.join(each.names)}"
            f" while {each.blocks} wait",
            each.done.number,
            "ADD CONSTRAINT .. NOT VALID, then VALIDATE CONSTRAINT in a transaction of its own",
        )


RULE = rule(__name__, __doc__, _check, severity="error")
