"""A new constraint is never validated.

NOT VALID is a good way to add a constraint to a large table, and half of the way: rows that were
there may still break it, and the planner does not use it.

Bad:

```sql
ALTER TABLE shop.orders ADD CONSTRAINT orders_total CHECK (total >= 0) NOT VALID;
```

Good, in a later script, or in the same one with `transaction=off`:

```sql
ALTER TABLE shop.orders VALIDATE CONSTRAINT orders_total;
```

Only what is not valid when the last of the scripts has run is told. Allow it where old rows may
stay as they are.
"""

from collections.abc import Iterator

from pgmig.kinds.constraint.record import Constraint
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    for key, each in course.added(Constraint):
        if each.is_enforced and not each.is_valid and each.is_local:
            yield Found(
                f"{key} is not validated by any of the scripts",
                do="VALIDATE CONSTRAINT, in a transaction of its own",
                names=(each.name, each.table, each.schema),
            )


RULE = rule(__name__, __doc__, course=_check)
