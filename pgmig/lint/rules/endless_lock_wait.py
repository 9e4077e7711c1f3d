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

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule
from pgmig.scripts.directive import milliseconds

_LONG = 60_000  # milliseconds


def _check(facts: Facts) -> Iterator[Found]:
    written = facts.script.up.header.lock_timeout
    if written is not None and not 0 < milliseconds(written) <= _LONG:
        yield Found(
            f"lock_timeout is {written}: everybody else waits as long",
            do="some seconds, and retries",
        )


RULE = rule(__name__, __doc__, _check, is_textual=True)
