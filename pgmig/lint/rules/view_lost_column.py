"""A view that was there has fewer columns now.

`CREATE OR REPLACE VIEW` refuses to leave a column out; DROP and CREATE do not. Whatever reads the
column fails, as if a table had lost it.

Bad, where the view had `fax`:

```sql
DROP VIEW shop.contact;
CREATE VIEW shop.contact AS SELECT id, email FROM shop.customer;
```

Good:

```sql
CREATE OR REPLACE VIEW shop.contact AS SELECT id, email, NULL::text AS fax FROM shop.customer;
```

Allow it when nothing reads the column any more.
"""

from collections.abc import Iterator

from pgmig.kinds.materialized_view import MaterializedView
from pgmig.kinds.view import View
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule
from pgmig.model import ObjectKey


def _check(course: Course) -> Iterator[Found]:
    for key, old, new in course.altered(View):
        yield from _lost(key, old, new)
    for key, before, after in course.altered(MaterializedView):
        yield from _lost(key, before, after)


def _lost(
    key: ObjectKey, old: View | MaterializedView, new: View | MaterializedView
) -> Iterator[Found]:
    kept = {each.name for each in new.columns}
    gone = [each.name for each in old.columns if each.name not in kept]
    if gone:
        yield Found(
            f"{key} has no column {', '.join(gone)} any more",
            do="keep the column, as a constant where nothing else is left of it",
            names=(key.name, "create", key.schema),
        )


RULE = rule(__name__, __doc__, course=_check, severity="error")
