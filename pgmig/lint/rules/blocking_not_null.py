"""SET NOT NULL reads the whole table while nobody can use it.

It holds ACCESS EXCLUSIVE while it looks for a NULL in every row, unless a validated CHECK says
already that there is none: then it takes a moment. From PostgreSQL 18 a NOT NULL constraint can be
NOT VALID itself.

Bad:

```sql
ALTER TABLE shop.orders ALTER COLUMN number SET NOT NULL;
```

Good, in a script with `transaction=off`:

```sql
ALTER TABLE shop.orders ADD CONSTRAINT orders_number CHECK (number IS NOT NULL) NOT VALID;
ALTER TABLE shop.orders VALIDATE CONSTRAINT orders_number;
ALTER TABLE shop.orders ALTER COLUMN number SET NOT NULL;
ALTER TABLE shop.orders DROP CONSTRAINT orders_number;
```

Allow it where the table is small.
"""

from collections.abc import Iterator

from pgmig.lint.blocking import blocked
from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for each in blocked(facts, "not null"):
        yield Found(
            f"all of {each.on} is read for NOT NULL of {', '.join(each.names)}"
            f" while {each.blocks} wait",
            each.done.number,
            "validate a CHECK (column IS NOT NULL) before, added NOT VALID; drop it afterwards",
        )


RULE = rule(__name__, __doc__, _check, severity="error")
