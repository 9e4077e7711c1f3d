"""An exclusion constraint builds its index while nobody can use the table.

There is no form of `ADD EXCLUDE` that leaves the table in use: it takes neither NOT VALID nor USING
INDEX.

Bad:

```sql
ALTER TABLE shop.rental ADD EXCLUDE USING gist (bike_id WITH =, during WITH &&);
```

Good: give the constraint to a new table, before it has rows.

```sql
CREATE TABLE shop.booking (
    id bigint PRIMARY KEY,
    during tstzrange,
    EXCLUDE USING gist (during WITH &&)
);
```

Allow it where the table is small, or in a maintenance window.
"""

from collections.abc import Iterator

from pgmig.lint.blocking import blocked
from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for each in blocked(facts, "exclusion"):
        yield Found(
            f"all of {each.on} is read for {', '.join(each.names)} while {each.blocks} wait",
            each.done.number,
            "no online form exists: use a maintenance window, or a trigger that takes a lock",
        )


RULE = rule(__name__, __doc__, _check, severity="error")
