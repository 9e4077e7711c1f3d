"""A script makes something without saying in which schema.

It then stands in the first schema of the search path that the deploying role happens to have, which
may be another one tomorrow, or on another target.

Bad:

```sql
CREATE TABLE voucher (id bigint PRIMARY KEY);
```

Good:

```sql
CREATE TABLE shop.voucher (id bigint PRIMARY KEY);
```

It is off unless the settings say otherwise: projects of one schema do well without. Allow it where
the script sets its search path.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Done, Facts, Found
from pgmig.lint.rule import rule
from pgmig.lint.wording import object_of

_BEFORE = frozenset({"OR", "REPLACE", "UNLOGGED", "MATERIALIZED", "RECURSIVE", "FOREIGN"})
_SORTS = frozenset({"TABLE", "VIEW", "FUNCTION", "PROCEDURE", "TYPE", "DOMAIN", "SEQUENCE"})


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        name = _made(done)
        if len(name) == 1:
            yield Found(
                f"{name[0]} is made in whatever schema comes first",
                done.number,
                "write the schema before the name",
            )


def _made(done: Done) -> tuple[str, ...]:
    """The name of what it makes; none of what is no object of a schema, or temporary."""
    words = [each.word for each in done.tokens() if not each.depth][:6]
    if words[:1] != ["CREATE"]:
        return ()
    for end, word in enumerate(words[1:], start=2):
        if word in _SORTS:
            return object_of(done, *words[:end])
        if word not in _BEFORE:
            break
    return ()


RULE = rule(__name__, __doc__, _check, severity="off", is_textual=True)
