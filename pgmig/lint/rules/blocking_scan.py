"""A statement reads a whole table, or builds an index again, while others wait.

Seen in the shadow database: a sequential scan began, or an index got another file, under a lock
that keeps others from writing or reading. `ATTACH PARTITION` reads the table that it attaches
unless a valid CHECK implies its bound; a new partition, made or attached, reads the DEFAULT one. A
new length of a `numeric` or a new collation builds the indexes of the column again. Changes that
have rules of their own are told by those.

Bad:

```sql
ALTER TABLE shop.event ATTACH PARTITION shop.event_2026
    FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
```

Good, the CHECK added NOT VALID and validated in scripts before:

```sql
ALTER TABLE shop.event_2026 ADD CONSTRAINT event_2026_bound
    CHECK (at >= '2026-01-01' AND at < '2027-01-01' AND at IS NOT NULL) NOT VALID;
```

Allow it where the table is small.
"""

from collections.abc import Iterator

from pgmig.lint.blocking import blocked
from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for each in blocked(facts, "scan"):
        yield Found(f"all of {each.on} is read while {each.blocks} wait", each.done.number)
    for each in blocked(facts, "rebuild"):
        indexes = ", ".join(each.names)
        yield Found(
            f"{indexes} of {each.on} is built again while {each.blocks} wait", each.done.number
        )


RULE = rule(__name__, __doc__, _check, severity="error")
