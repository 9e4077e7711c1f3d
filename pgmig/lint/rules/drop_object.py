"""A function, type, sequence, schema, trigger or policy that was there is dropped.

The application that runs while the script does may still call the function, cast to the type or
rely on what the trigger does; without a policy rows vanish or come to light. Tables, views,
columns and indexes have rules of their own.

Bad:

```sql
DROP FUNCTION shop.debt(bigint);
```

Good: `CREATE OR REPLACE FUNCTION`, or the same name again in the same script.

```sql
CREATE OR REPLACE FUNCTION shop.debt(bigint) RETURNS numeric
LANGUAGE sql AS 'SELECT 0::numeric';
```

Allow it when nothing uses it any more.
"""

from collections.abc import Iterator

from pgmig import ddl
from pgmig.lint.facts import Done, Facts, Found
from pgmig.lint.rule import rule
from pgmig.lint.wording import is_made_after, is_made_before, object_of, objects_of, says

_SORTS = (
    ("AGGREGATE",),
    ("DATABASE",),
    ("DOMAIN",),
    ("EXTENSION",),
    ("FUNCTION",),
    ("OPERATOR",),
    ("POLICY",),
    ("PROCEDURE",),
    ("ROUTINE",),
    ("RULE",),
    ("SCHEMA",),
    ("SEQUENCE",),
    ("TRIGGER",),
    ("TYPE",),
)

_DO = "drop it when nothing uses it any more"


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        if done.verb == "ALTER" and says(done, "DROP", "ATTRIBUTE"):
            type_ = ".".join(object_of(done, "ALTER", "TYPE"))
            yield Found(f"an attribute of type {type_} is dropped", done.number, _DO)
        for sort in _SORTS if done.verb == "DROP" else ():
            dropped = objects_of(done, "DROP", *sort)
            if len(done.trace.skipped) == len(dropped):
                continue
            for name in dropped:
                if not _is_own(facts, done, name[-1]) and not _is_missing(done, name[-1]):
                    told = f"{' '.join(sort).lower()} {'.'.join(name)} is dropped"
                    yield Found(told, done.number, _DO)


def _is_own(facts: Facts, done: Done, name: str) -> bool:
    """Whether the script makes it itself, before or again."""
    return is_made_before(facts, done.number, name) or is_made_after(facts, done.number, name)


def _is_missing(done: Done, name: str) -> bool:
    """Whether the server says that IF EXISTS did not find it."""
    return any(name in ddl.words(each) for each in done.trace.skipped)


RULE = rule(__name__, __doc__, _check, is_textual=True)
