"""A body still names what is dropped or renamed.

The statements within a PL/pgSQL body are read when they run. This rule compares words: a body that
was there before, and is the same now, names the table, or the table and the column, that a script
dropped or renamed. It may be wrong, where the word means something else.

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

from pgmig import ddl
from pgmig.kinds.routine import Routine
from pgmig.kinds.trigger import Trigger
from pgmig.lint.facts import Change, Course, Found
from pgmig.lint.rule import rule

_CHECKED = "sql"  # by the server, which broken-routine asks


def _check(course: Course) -> Iterator[Found]:
    bodies = [
        (key, ddl.words(each.source), _tables(course, key.schema, key.name))
        for key, each in course.all(Routine)
        if each.source and each.language != _CHECKED and course.before.objects.get(key) == each
    ]
    for facts in course.scripts if bodies else ():
        for done, change in (
            *facts.changes("column", "dropped", "renamed"),
            *facts.changes("relation", "dropped", "renamed"),
        ):
            for key, words, tables in bodies:
                if _is_named(change, words, tables):
                    yield Found(
                        f"{key} names {_told(change)}, which is {change.verb}",
                        done.number,
                        "replace the routine in the same script",
                        script=facts.script.label,
                    )


def _tables(course: Course, schema: str, name: str) -> frozenset[str]:
    """The tables that a trigger function works for, whose columns it names without them."""
    called = f"{schema}.{name.partition('(')[0]}("
    return frozenset(
        each.table
        for _, each in course.all(Trigger)
        if each.definition and called in each.definition.replace('"', "")
    )


def _is_named(change: Change, words: frozenset[str], tables: frozenset[str]) -> bool:
    table = change.relation.name
    if change.part == "relation":
        return table in words
    is_of_table = table in words or table in tables
    return is_of_table and (change.old if change.verb == "renamed" else change.name) in words


def _told(change: Change) -> str:
    if change.part == "relation":
        return str(change.relation)
    name = change.old if change.verb == "renamed" else change.name
    return f"column {name} of {change.relation}"


RULE = rule(__name__, __doc__, course=_check)
