"""The way up fails in a shadow database.

It ran on what the scripts before it made, as it would in production. The rules look at nothing
behind it.

Bad:

```sql
ALTER TABLE shop.no_such_table ADD COLUMN note text;
```

Good:

```sql
ALTER TABLE shop.orders ADD COLUMN note text;
```

There is no reason to allow it: `allow=up-fails` and the settings change nothing about it.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for fault in facts.faults:
        if fault.step in {"up", "up in a new database"}:
            yield Found(f"{fault.step}: {'; '.join(fault.findings)}", facts.failed)


RULE = rule(__name__, __doc__, _check, severity="error", is_final=True)
