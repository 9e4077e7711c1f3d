"""The body of a function or procedure no longer fits the schema.

The server reads the body of a routine when the routine is made, and not again when a table, column
or function that it names goes or changes: the next caller hears of it. After each script every
body that is a string is checked again in the shadow database; those that were good before and are
not now are told. Of PL/pgSQL the server reads the syntax and the types of variables: what its
statements name is told by [stale-routine](stale-routine.md).

Bad, where `shop.debt()` reads the column:

```sql
ALTER TABLE shop.customer DROP COLUMN balance;
```

Good: replace the routine in the same script. A body that is written as `BEGIN ATOMIC .. END` has
dependencies, and the server refuses to drop what it needs.

There is no reason to allow it, but that the routine is dropped next.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for name, said in facts.broken:
        yield Found(
            f"{name} no longer works: {said}",
            None,
            "replace or drop the routine in this script",
        )


RULE = rule(__name__, __doc__, _check, severity="error")
