"""A script has no way back.

Its head says why. Where every script must have one, this rule tells those that have not. It is off
unless the settings say otherwise.

Bad:

```sql
-- pgmig: irreversible="the old numbers are not kept"
UPDATE shop.orders SET number = number + 100000;
```

Good: keep what the way down needs.

```sql
ALTER TABLE shop.orders ADD COLUMN old_number bigint;
UPDATE shop.orders SET old_number = number, number = number + 100000;
```

Allow it where nobody would want to go back.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    reason = facts.script.irreversible
    if reason is not None:
        yield Found(f"there is no way back: {reason}")


RULE = rule(__name__, __doc__, _check, severity="off", is_textual=True)
