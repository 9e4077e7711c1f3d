"""A new column limits the length of its text by its type.

A longer limit of `varchar(n)` is quick today, a shorter one reads the table, and a view or function
that uses the column stands in the way of both. A CHECK can be changed without. This rule is off
unless the settings say otherwise.

Bad:

```sql
ALTER TABLE shop.customer ADD COLUMN nickname varchar(30);
```

Good:

```sql
ALTER TABLE shop.customer ADD COLUMN nickname text CHECK (length(nickname) <= 30);
```

Allow it where the limit will never change.
"""

from collections.abc import Iterator

from pgmig.lint.columns import of_type
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    yield from of_type(course, ("character varying",), "text, with a CHECK")


RULE = rule(__name__, __doc__, course=_check, severity="off")
