"""A new column is of type json.

`json` has no equality: SELECT DISTINCT, GROUP BY and UNION over the column fail, also in queries
that were there before. `jsonb` has it, has indexes, and is read without parsing.

Bad:

```sql
ALTER TABLE shop.orders ADD COLUMN extra json;
```

Good:

```sql
ALTER TABLE shop.orders ADD COLUMN extra jsonb;
```

Allow it where the text itself must stay as it came, key order and blanks included.
"""

from collections.abc import Iterator

from pgmig.lint.columns import of_type
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    yield from of_type(course, ("json",), "jsonb")


RULE = rule(__name__, __doc__, course=_check)
