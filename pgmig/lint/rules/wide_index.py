"""A new index that is not unique has more than three columns.

Columns behind the third seldom make a query faster, and every write pays for all of them.

Bad:

```sql
CREATE INDEX orders_all_idx ON shop.orders (customer_id, state, channel, created_at);
```

Good:

```sql
CREATE INDEX orders_customer_idx ON shop.orders (customer_id, state);
```

Allow it where EXPLAIN shows that a query needs it. Columns behind INCLUDE do not count.
"""

from collections.abc import Iterator

from pgmig.kinds.index import Index
from pgmig.lint.columns import listed
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule

_MOST = 3


def _check(course: Course) -> Iterator[Found]:
    for _, index in course.added(Index):
        count = len(listed(index.definition))
        if count > _MOST and not index.is_unique and index.part_of is None:
            yield Found(
                f"index {index.name} of {index.table_schema}.{index.table} has {count} columns",
                do="leave the last ones out, or put them behind INCLUDE",
                names=(index.name, index.table, index.table_schema),
            )


RULE = rule(__name__, __doc__, course=_check)
