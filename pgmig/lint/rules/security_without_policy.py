"""A table that was there gets row security, and has no policy.

Whoever is not its owner sees no row from then on and can write none: to the application the table
looks empty.

Bad:

```sql
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
```

Good:

```sql
CREATE POLICY everybody ON shop.orders USING (true);
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
```

Allow it where the application owns the table, or only roles with BYPASSRLS use it.
"""

from collections.abc import Iterator

from pgmig.kinds.policy import Policy
from pgmig.kinds.table.record import Table
from pgmig.lint.facts import Course, Done, Found
from pgmig.lint.rule import rule
from pgmig.lint.wording import is_made_before, object_of, objects_between, says

_POLICY = ("CREATE", "POLICY")


def _check(course: Course) -> Iterator[Found]:
    have = {place for _, each in course.all(Policy) for place in _places(each.schema, each.table)}
    empty = {
        place
        for _, each in course.all(Table)
        if each.has_row_security and (each.schema, each.name) not in have
        for place in _places(each.schema, each.name)
    }
    had: set[tuple[str, ...]] = {
        place
        for each in course.before.objects.values()
        if isinstance(each, Policy)
        for place in _places(each.schema, each.table)
    }
    for facts in course.scripts if course.after.objects else ():
        had |= {("", *_table(each))[-2:] for each in facts.statements if says(each, *_POLICY)}
        for done in facts.statements:
            if done.verb != "ALTER" or not says(done, "ENABLE", "ROW", "LEVEL", "SECURITY"):
                continue
            name = object_of(done, "ALTER", "TABLE")
            place = ("", *name)[-2:]
            if not name or place in have or is_made_before(facts, done.number, name[-1]):
                continue
            if place in had and place not in empty:  # it had one as long as that lasted
                continue
            yield Found(
                f"{'.'.join(name)} has row security and no policy: it looks empty",
                done.number,
                "make its policies in the same script",
                script=facts.script.label,
            )


def _places(schema: str, name: str) -> tuple[tuple[str, str], ...]:
    """A name with its schema and without."""
    return (schema, name), ("", name)


def _table(done: Done) -> tuple[str, ...]:
    """The table of a policy that a statement makes."""
    return next(iter(objects_between(done, "ON", "USING")), ())


RULE = rule(__name__, __doc__, course=_check)
