"""A primary key or unique constraint builds its index while nobody can use the table.

`ADD PRIMARY KEY` and `ADD UNIQUE` build the index under ACCESS EXCLUSIVE. An index that was built
before, concurrently, becomes the constraint in a moment with `USING INDEX`.

Bad:

```sql
ALTER TABLE shop.customer ADD CONSTRAINT customer_email_key UNIQUE (email);
```

Good, the first statement in a script with `transaction=off`:

```sql
CREATE UNIQUE INDEX CONCURRENTLY customer_email_key ON shop.customer (email);
ALTER TABLE shop.customer ADD CONSTRAINT customer_email_key UNIQUE USING INDEX customer_email_key;
```

A primary key also needs its columns NOT NULL before, or it reads the table for that.

Allow it where the table is small.
"""

from collections.abc import Iterator

from pgmig.lint.blocking import blocked
from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for each in blocked(facts, "unique"):
        yield Found(
            f"all of {each.on} is read for {', '.join(each.names)} while {each.blocks} wait",
            each.done.number,
            "CREATE UNIQUE INDEX CONCURRENTLY before, then ADD CONSTRAINT .. USING INDEX",
        )


RULE = rule(__name__, __doc__, _check, severity="error")
