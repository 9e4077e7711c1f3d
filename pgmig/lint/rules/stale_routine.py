"""A body still names what is dropped, renamed or moved.

The statements within a PL/pgSQL body are read when they run. This rule compares words: a body that
was there before, and is the same now, names the table, or the table and the column, that a script
dropped, renamed or put into another schema. It may be wrong, where the word means something else.
Where the shadow server has plpgsql_check, [broken-routine](broken-routine.md) knows better, and
this rule looks at bodies with EXECUTE alone.

Bad, where the trigger function `shop.touch()` sets `changed`:

```sql
ALTER TABLE shop.orders RENAME COLUMN changed TO changed_at;
```

Good: `CREATE OR REPLACE FUNCTION` with the new name, in the same script.

```sql
CREATE OR REPLACE FUNCTION shop.touch() RETURNS trigger
LANGUAGE plpgsql AS 'BEGIN NEW.changed_at := now(); RETURN NEW; END';
```

Allow it where the word means something else.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import NamedTuple

from pgmig import ddl
from pgmig.kinds.routine import Routine
from pgmig.kinds.trigger import Trigger
from pgmig.lint.facts import Change, Course, Done, Facts, Found
from pgmig.lint.rule import rule
from pgmig.model import ObjectKey

_MAKES = frozenset({"FUNCTION", "PROCEDURE"})
_VERBS = MappingProxyType({"dropped": "dropped", "renamed": "renamed", "changed": "moved"})
_CHECKED = "sql"  # by the server, which broken-routine asks


def _check(course: Course) -> Iterator[Found]:
    bodies = [
        _Body(key, ddl.words(each.source), _tables(course, key), _written(course, key))
        for key, each in course.all(Routine)
        if each.source and each.language != _CHECKED and each.source not in course.settled
    ]
    for place, facts in enumerate(course.scripts if bodies else ()):
        for done, change in (
            *facts.changes("column", "dropped", "renamed"),
            *facts.changes("relation", "dropped", "renamed", "changed"),
        ):
            if _is_there(facts, change):
                continue
            for body in bodies:
                if body.written < (place, done.number) and body.names(change):
                    yield Found(
                        f"{body.key} names {_told(change)}, which is {_VERBS[change.verb]}",
                        done.number,
                        "replace the routine in the same script",
                        script=facts.script.label,
                    )


def _written(course: Course, key: ObjectKey) -> tuple[int, int]:
    """The script and the statement that make the routine as it is; (-1, 0): it was there before."""
    name = key.name.partition("(")[0]
    found = [
        (place, number)
        for place, facts in enumerate(course.scripts)
        for number, words in facts.words
        if name in words and _makes_routine(facts.statements[number - 1])
    ]
    is_same = course.before.objects.get(key) == course.after.objects.get(key)
    return (-1, 0) if is_same else max(found, default=(-1, 0))


def _makes_routine(done: Done) -> bool:
    return done.verb == "CREATE" and not _MAKES.isdisjoint(done.piece.words)


def _is_there(facts: Facts, change: Change) -> bool:
    """Whether something of that name is there again when the script ends."""
    left = facts.standing(change.relation)
    if left is None or change.part == "relation":
        return left is not None
    return (change.old if change.verb == "renamed" else change.name) in left.columns


class _Body(NamedTuple):
    """The body of a routine.

    Attributes:
        key: of the routine.
        words: that stand in it.
        tables: for which it works as a trigger, and whose columns it names without them.
        written: by which script and statement.
    """

    key: ObjectKey
    words: frozenset[str]
    tables: frozenset[tuple[str, str]]
    written: tuple[int, int]

    def names(self, change: Change) -> bool:
        """Whether it seems to name what was changed."""
        place = change.relation
        is_near = place.schema in {*self.words, self.key.schema, "public"}
        is_named = place.name in self.words and is_near
        if change.part == "relation":
            return is_named
        column = change.old if change.verb == "renamed" else change.name
        return column in self.words and (is_named or (place.schema, place.name) in self.tables)


def _tables(course: Course, key: ObjectKey) -> frozenset[tuple[str, str]]:
    called = f"{key.schema}.{key.name.partition('(')[0]}("
    return frozenset(
        (each.schema, each.table)
        for _, each in course.all(Trigger)
        if each.definition and called in each.definition.replace('"', "")
    )


def _told(change: Change) -> str:
    if change.part == "relation":
        return str(change.relation)
    name = change.old if change.verb == "renamed" else change.name
    return f"column {name} of {change.relation}"


RULE = rule(__name__, __doc__, course=_check)
