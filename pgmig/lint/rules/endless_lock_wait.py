"""A script waits for its locks as long as it takes.

Behind a statement that waits for a strong lock everybody else waits too, also those whom the
session that holds it would let pass. A timeout and a new try, as pgmig does by default, let them
through.

Bad:

```sql
-- pgmig: lock_timeout=0
ALTER TABLE shop.orders ADD COLUMN note text;
```

Good:

```sql
-- pgmig: lock_timeout=2s retries=10
ALTER TABLE shop.orders ADD COLUMN note text;
```

Allow it in a maintenance window.
"""

import re
from collections.abc import Iterator

from pgmig.lint.facts import Done, Facts, Found
from pgmig.lint.rule import rule
from pgmig.scripts.directive import milliseconds

_LONG = 60_000  # milliseconds

# Of a value that is a number alone, in milliseconds (config-setting.html).
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")


def _check(facts: Facts) -> Iterator[Found]:
    written = facts.script.up.header.lock_timeout
    if written is not None and not 0 < milliseconds(written) <= _LONG:
        yield Found(
            f"lock_timeout is {written}: everybody else waits as long",
            do="some seconds, and retries",
        )
    for done in facts.statements:
        value = _set(done)
        if value is not None and not 0 < value <= _LONG:
            yield Found(
                "lock_timeout is more than a minute, or none, from here on: everybody else waits",
                done.number,
                "some seconds in the header of the file, and retries",
            )


def _set(done: Done) -> float | None:
    """The milliseconds that a SET lock_timeout gives; None for other statements."""
    found = [each.text for each in done.tokens() if each.text.upper() not in {"LOCAL", "SESSION"}]
    if [each.upper() for each in found[:2]] != ["SET", "LOCK_TIMEOUT"] or len(found) != 4:
        return None
    value = found[3].strip("'").replace(" ", "")
    if _NUMBER.fullmatch(value):
        return float(value)
    return None if value.upper() == "DEFAULT" else milliseconds(value)


RULE = rule(__name__, __doc__, _check, is_textual=True)
