"""A new type lists its values.

A value of an enum can be added and renamed, never removed, and all of its places in the order are
for ever. This rule is off unless the settings say otherwise.

Bad:

```sql
CREATE TYPE shop.channel AS ENUM ('web', 'shop');
```

Good:

```sql
CREATE TABLE shop.channel (name text PRIMARY KEY);
```

Allow it where the values are part of the program.
"""

from collections.abc import Iterator

from pgmig.kinds.enum import Enum
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule


def _check(course: Course) -> Iterator[Found]:
    for key, each in course.added(Enum):
        yield Found(
            f"{key} cannot lose a value",
            do="a table of values, or text with a CHECK",
            names=(each.name, "enum", each.schema),
        )


RULE = rule(__name__, __doc__, course=_check, severity="off")
