"""A table has policies, and row security is off.

The policies do nothing then: everybody with rights on the table sees every row.

Bad:

```sql
CREATE POLICY own_orders ON shop.orders USING (customer = current_user);
```

Good:

```sql
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON shop.orders USING (customer = current_user);
```

Allow it while the application is not ready for them.
"""

from collections.abc import Iterator

from pgmig.kinds.policy import Policy
from pgmig.kinds.table.record import Table
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    secured = {(each.schema, each.name) for _, each in course.all(Table) if each.has_row_security}
    for key, policy in course.added(Policy):
        if (policy.schema, policy.table) not in secured:
            yield Found(
                f"{key} does nothing: row security of the table is off",
                do="ALTER TABLE .. ENABLE ROW LEVEL SECURITY",
                names=(policy.name, policy.table, policy.schema),
            )


RULE = rule(__name__, __doc__, course=_check, severity="error")
