"""A privilege is granted to PUBLIC.

PUBLIC is every role that is there and that ever will be, those of monitoring and of the next
application too.

Bad:

```sql
GRANT SELECT ON shop.customer TO PUBLIC;
```

Good:

```sql
GRANT SELECT ON shop.customer TO shop_reader;
```

Allow it for what is nobody's secret, such as a table of countries.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule
from pgmig.model import ObjectKey, Privilege, Record


def _check(course: Course) -> Iterator[Found]:
    for key, record in course.all(Record):
        old = course.before.objects.get(key)
        if record is old:
            continue
        new = sorted(_granted(record) - _granted(old))
        if new:
            yield Found(
                f"{', '.join(new)} on {key} is granted to PUBLIC",
                do="grant it to a role",
                names=_names(key),
            )


def _names(key: ObjectKey) -> tuple[str, ...]:
    """The words of the statement that grants it."""
    if key.kind == "default privileges":
        return ("default", "privileges", "grant", "public", key.schema)
    return ("grant", "public", key.name.partition("(")[0], key.schema)


def _granted(record: Record | None) -> set[str]:
    privileges: tuple[Privilege, ...] = getattr(record, "privileges", None) or ()
    return {each.privilege for each in privileges if each.grantee == "public" and each.is_held}


RULE = rule(__name__, __doc__, course=_check)
