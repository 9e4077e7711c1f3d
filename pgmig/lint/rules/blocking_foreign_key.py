"""A foreign key checks every row while writes to both tables wait.

`ADD FOREIGN KEY` holds SHARE ROW EXCLUSIVE on both tables while every row of the one is looked up
in the other. With NOT VALID it holds for new rows at once; `VALIDATE CONSTRAINT`, in a transaction
of its own, checks the old ones while everybody goes on.

Bad:

```sql
ALTER TABLE shop.orders ADD FOREIGN KEY (customer_id) REFERENCES shop.customer (id);
```

Good, in a script with `transaction=off`, or in two scripts:

```sql
ALTER TABLE shop.orders
    ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES shop.customer (id)
    NOT VALID;
ALTER TABLE shop.orders VALIDATE CONSTRAINT orders_customer_fkey;
```

Allow it where the referencing table is small.
"""

from collections.abc import Iterator

from pgmig.lint.blocking import blocked
from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for each in blocked(facts, "foreign key"):
        yield Found(
            f"every row of {each.on} is checked for {', '.join(each.names)}"
            f" while {each.blocks} wait",
            each.done.number,
            "ADD CONSTRAINT .. NOT VALID, then VALIDATE CONSTRAINT in a transaction of its own",
        )


RULE = rule(__name__, __doc__, _check, severity="error")
