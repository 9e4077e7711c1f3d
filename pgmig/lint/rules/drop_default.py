"""A column that was there gets no value by itself any more.

Its default, its identity or its expression is dropped. The application that runs while the script
does leaves the column out of its INSERT: the row then has NULL there, or is refused.

Bad:

```sql
ALTER TABLE shop.orders ALTER COLUMN channel DROP DEFAULT;
```

Good: another default.

```sql
ALTER TABLE shop.orders ALTER COLUMN channel SET DEFAULT 'web';
```

Allow it when whatever writes gives the value.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Change, Done, Facts, Found, Part
from pgmig.lint.rule import rule

_PARTS: tuple[Part, ...] = ("column", "default")


def _check(facts: Facts) -> Iterator[Found]:
    for done, each in facts.changes("default", "dropped"):
        is_taken_along = any(
            one.verb == "dropped"
            and one.relation == each.relation
            and (one.part == "relation" or (one.part, one.name) == ("column", each.name))
            for one in done.changes
        )
        if not is_taken_along and not _is_other(facts, done, each):
            yield Found(
                f"column {each.name} of {each.relation} gets no value by itself any more",
                done.number,
                "drop the default when whatever writes gives the value",
            )


def _is_other(facts: Facts, done: Done, change: Change) -> bool:
    """Whether the column is the script's own, or gets another default in it."""
    return any(
        (each.part == "column" or by.number > done.number)
        and (each.relation, each.name) == (change.relation, change.name)
        for part in _PARTS
        for by, each in facts.changes(part, "added")
    )


RULE = rule(__name__, __doc__, _check)
