"""One statement changes or removes rows all over a table.

It reads the whole table, as seen in the shadow database, holds a lock on every row that it changes
until the transaction ends, writes as much log, and leaves as many dead rows. In batches others get
their turn, standbys keep up, and it goes on where it stopped.

Bad:

```sql
UPDATE shop.orders SET channel = 'web' WHERE channel IS NULL;
```

Good:

```sql
-- pgmig: batch=5000 key=id pause=50ms
UPDATE shop.orders SET channel = 'web' WHERE channel IS NULL;
```

Allow it where the table is small.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule

_VERBS = frozenset({"UPDATE", "DELETE"})
_MODE = "RowExclusiveLock"


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        if done.verb not in _VERBS or facts.script.up.batch(done.number):
            continue
        changed = [each for each in done.trace.scans if done.held.get(each) == _MODE]
        if changed:
            yield Found(
                f"rows all over {', '.join(map(str, changed))} are changed at once",
                done.number,
                "`-- pgmig: batch=5000 key=..` above the statement",
            )


RULE = rule(__name__, __doc__, _check)
