"""The way down fails, or does not lead back to what was there.

In the shadow database the script went up, down and up again. After the way down the schema must be
what it was before the way up, and the way up must work once more.

Bad, as the way down of a script that adds two columns:

```sql
ALTER TABLE shop.orders DROP COLUMN state;
```

Good:

```sql
ALTER TABLE shop.orders DROP COLUMN state;
ALTER TABLE shop.orders DROP COLUMN state_since;
```

It is off unless the settings say otherwise, because `pgmig verify` proves the same of every script,
seals it, and is part of every pull request; a second time here would take longer than all other
rules together. Where lint runs without verify, switch it on:

```toml
[lint.rules]
down-differs = "error"
```

Where there is no way back, say so in the way up, with `-- pgmig: irreversible="reason"`, and leave
the way down out. There is no reason to allow it.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule

_SHOWN = 3


def _check(facts: Facts) -> Iterator[Found]:
    for fault in facts.faults:
        if fault.step in {"down", "up again"}:
            shown = "; ".join(fault.findings[:_SHOWN])
            more = len(fault.findings) - _SHOWN
            yield Found(
                f"{fault.step}: {shown}" + (f"; and {more} more" if more > 0 else ""),
                None,
                "correct the way down: `pgmig verify` tells all of it",
            )


RULE = rule(__name__, __doc__, _check, severity="off")
