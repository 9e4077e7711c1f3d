"""The body of a function or procedure no longer fits the schema.

The server reads the body of a routine when the routine is made, and not again when a table, column
or function that it names goes or changes: the next caller hears of it. After each script every
body that is a string is checked again in the shadow database, and what is wrong now and was not
before is told, with the statement that seems to have caused it.

Of PL/pgSQL the server itself reads the syntax and the types of variables. Where the shadow server
has the extension plpgsql_check, the statements within are checked too, trigger functions for each
of their tables; it is made there for a moment and leaves nothing behind. Not told is what only
running can show: a body of which a caller, or itself, may make the table, arguments of any type, a
trigger function that asks on which table it works. Where the server lacks the extension,
[stale-routine](stale-routine.md) compares names instead.

Bad, where `shop.debt()` reads the column:

```sql
ALTER TABLE shop.customer DROP COLUMN balance;
```

Good: replace the routine in the same script. A body that is written as `BEGIN ATOMIC .. END` has
dependencies, and the server refuses to drop what it needs.

There is no reason to allow it, but that the routine is dropped next.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Done, Facts, Found
from pgmig.lint.rule import rule

_LOSING = frozenset({"dropped", "renamed", "changed"})
_VERBS = frozenset({"ALTER", "DROP"})
_PUNCTUATION = str.maketrans(dict.fromkeys('"().,:%', " "))


def _check(facts: Facts) -> Iterator[Found]:
    for name, said in facts.broken:
        yield Found(
            f"{name} does not work from here on: {said}",
            _cause(facts, name, said),
            "replace or drop the routine in this script",
        )


def _cause(facts: Facts, name: str, said: str) -> int | None:
    """The last statement that makes the routine, or changes what the server names."""
    told = frozenset(said.translate(_PUNCTUATION).split())
    routine = name.partition("(")[0].rpartition(".")[2].strip('"')
    certain = [
        done.number
        for done in facts.statements
        if _changed(done) & told or _makes(done, routine, facts.words_of(done.number))
    ]
    likely = (
        done.number
        for done in facts.statements
        if done.verb in _VERBS and facts.words_of(done.number) & told
    )
    return max(certain, default=None) or max(likely, default=None)


def _changed(done: Done) -> set[str]:
    """The old names of what it took away."""
    lost = [each for each in done.changes if each.verb in _LOSING]
    found = {each.old if each.verb == "renamed" else each.name for each in lost}
    return found | {each.relation.name for each in lost if each.part == "relation"}


def _makes(done: Done, routine: str, words: frozenset[str]) -> bool:
    """Whether it makes the routine, or a trigger that calls it."""
    return done.verb == "CREATE" and routine in words


RULE = rule(__name__, __doc__, _check, severity="error")
