"""A script leaves a trigger disabled.

What the trigger does, such as a check or a log, is not done until somebody remembers it.

Bad:

```sql
ALTER TABLE shop.orders DISABLE TRIGGER orders_log;
UPDATE shop.orders SET state = 'closed' WHERE state = 'done';
```

Good:

```sql
ALTER TABLE shop.orders DISABLE TRIGGER orders_log;
UPDATE shop.orders SET state = 'closed' WHERE state = 'done';
ALTER TABLE shop.orders ENABLE TRIGGER orders_log;
```

Allow it where the next script drops the trigger.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for done, each in facts.changes("trigger", "unset"):
        is_back = any(
            later.number > done.number and (one.relation, one.name) == (each.relation, each.name)
            for later, one in facts.changes("trigger", "set", "dropped")
        )
        if not is_back:
            yield Found(
                f"trigger {each.name} of {each.relation} stays disabled",
                done.number,
                "ENABLE TRIGGER at the end of the script",
            )


RULE = rule(__name__, __doc__, _check)
