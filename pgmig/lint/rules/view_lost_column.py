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
from dataclasses import replace

from pgmig.kinds.materialized_view import MaterializedView
from pgmig.kinds.view import View
from pgmig.lint.facts import Course, Facts, Found
from pgmig.lint.rule import rule
from pgmig.model import ObjectKey


def _check(course: Course) -> Iterator[Found]:
    told: set[ObjectKey] = set()
    for facts in course.scripts:
        for view, old in facts.columns.items():
            left = facts.standing(view)
            gone = _gone(old, left.columns) if left else []
            if gone:
                told.add(view.key)
                number = max(_makers(facts, view.name), default=None)
                yield replace(_found(view.key, gone), script=facts.script.label, statement=number)
    for key, lost in _lost(course):  # a large script made it anew, or a later one
        if lost and key not in told:
            yield _found(key, lost)


def _lost(course: Course) -> Iterator[tuple[ObjectKey, list[str]]]:
    for key, old, new in course.altered(View):
        yield key, _gone(_names(old), _names(new))
    for key, before, after in course.altered(MaterializedView):
        yield key, _gone(_names(before), _names(after))


def _names(view: View | MaterializedView) -> tuple[str, ...]:
    return tuple(each.name for each in view.columns)


def _gone(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    return [each for each in old if each not in new]


def _makers(facts: Facts, name: str) -> Iterator[int]:
    """The statements that may have made the view."""
    for done in facts.statements:
        if done.verb in {"CREATE", "ALTER"} and name in facts.words_of(done.number):
            yield done.number


def _found(key: ObjectKey, gone: list[str]) -> Found:
    return Found(
        f"{key} has no column {', '.join(gone)} any more",
        do="keep the column, as a constant where nothing else is left of it",
        names=(key.name, "create", key.schema),
    )


RULE = rule(__name__, __doc__, course=_check, severity="error")
