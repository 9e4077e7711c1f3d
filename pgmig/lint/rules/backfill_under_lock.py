"""Rows are read or changed while the lock of an earlier statement keeps others away.

A transaction holds its locks to its end. An `UPDATE` of a whole table behind an `ALTER TABLE` in
one script keeps everybody out of the table until the last row is written; one of another table
behind it does too. Told is what reads a table whole; how long a statement takes that finds its rows
by an index `pgmig plan` knows.

Bad:

```sql
ALTER TABLE shop.orders ADD COLUMN state text;
UPDATE shop.orders SET state = 'open';
```

Good: the column in one script, the rows in another, in batches.

```sql
-- pgmig: batch=5000 key=id pause=50ms
UPDATE shop.orders SET state = 'open' WHERE state IS NULL;
```

Allow it where the table is small.
"""

from collections.abc import Iterator

from pgmig.lint.blocking import blocked, waiting
from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule

_DO = "a script of its own, with `-- pgmig: batch=5000 key=..` above the statement"


def _check(facts: Facts) -> Iterator[Found]:
    for each in blocked(facts, "rows"):
        if each.is_by_this:
            continue
        yield Found(
            f"all of {each.on} is gone through while {each.blocks} wait for the lock of an"
            " earlier statement",
            each.done.number,
            _DO,
        )
    for done, read, waits in waiting(facts):
        on = ", ".join(map(str, read))
        yield Found(
            f"all of {on} is gone through while {waits} wait for the lock of an earlier statement",
            done.number,
            _DO,
        )


RULE = rule(__name__, __doc__, _check, severity="error")
