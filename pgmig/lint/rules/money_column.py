"""A new column is of type money.

What a `money` value says depends on `lc_monetary` of whoever reads it, it has one currency and two
decimals or none, and multiplying rounds.

Bad:

```sql
ALTER TABLE shop.orders ADD COLUMN total money;
```

Good:

```sql
ALTER TABLE shop.orders ADD COLUMN total numeric(12, 2);
```

There is no reason to allow it in a new column.
"""

from collections.abc import Iterator

from pgmig.lint.columns import of_type
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    yield from of_type(course, ("money",), "numeric, and the currency in a column of its own")


RULE = rule(__name__, __doc__, course=_check)
