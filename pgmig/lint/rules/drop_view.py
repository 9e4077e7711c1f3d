"""A view that was there is gone.

It has no rows of its own to lose, and its way down is easily written; but whatever reads it fails.

Bad:

```sql
DROP VIEW shop.contact;
```

Good: once nothing reads it any more, say so.

```sql
-- pgmig: allow=drop-view reason="the last report moved to shop.customer"
DROP VIEW shop.contact;
```

Allow it when nothing reads the view any more.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule

_KINDS = ("table", "view", "materialized view", "foreign table")


def _check(course: Course) -> Iterator[Found]:
    there = {(key.schema, key.name) for key in course.after.objects if key.kind in _KINDS}
    for facts in course.scripts:
        for done, each in facts.changes("relation", "dropped"):
            view = each.relation
            if view.relkind in "vm" and (view.schema, view.name) not in there:
                yield Found(
                    f"{view.key} is gone",
                    done.number,
                    "drop it when nothing reads it any more",
                    script=facts.script.label,
                )


RULE = rule(__name__, __doc__, course=_check)
