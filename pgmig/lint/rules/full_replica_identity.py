"""A table writes whole old rows to the log.

With `REPLICA IDENTITY FULL` each UPDATE and DELETE logs all columns of the old row, and a
subscriber looks for the row by all of them: the log grows many times, and replication falls behind.

Bad:

```sql
ALTER TABLE shop.orders REPLICA IDENTITY FULL;
```

Good: the primary key, which is the default, or a unique index of columns that are NOT NULL.

```sql
ALTER TABLE shop.orders REPLICA IDENTITY USING INDEX orders_number_key;
```

Allow it for a small table, or where a consumer of the log needs the old values.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule
from pgmig.lint.wording import object_of, says


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        if done.verb == "ALTER" and says(done, "REPLICA", "IDENTITY", "FULL"):
            yield Found(
                f"{'.'.join(object_of(done, 'ALTER', 'TABLE'))} logs whole old rows from here on",
                done.number,
                "the primary key, or a unique index",
            )


RULE = rule(__name__, __doc__, _check, is_textual=True)
