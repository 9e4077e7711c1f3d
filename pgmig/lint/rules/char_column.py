"""A new column is of type char(n).

`char(n)` pads with blanks to its length, ignores them when it compares, and saves nothing.

Bad:

```sql
ALTER TABLE shop.customer ADD COLUMN country char(2);
```

Good:

```sql
ALTER TABLE shop.customer ADD COLUMN country text CHECK (length(country) = 2);
```

Allow it where another system wants the blanks.
"""

from collections.abc import Iterator

from pgmig.lint.columns import of_type
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    yield from of_type(
        course,
        (
            "character",
            "bpchar",
        ),
        "text, with a CHECK where the length matters",
    )


RULE = rule(__name__, __doc__, course=_check)
