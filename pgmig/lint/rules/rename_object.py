"""A function, type, sequence, domain or schema that was there has another name or schema.

So has a label of an enum, or an attribute of a composite type. The application that runs while the
script does knows the old name alone, the next one the new name alone. A schema takes along
everything in it. Tables, views and columns have rules of their own.

Bad:

```sql
ALTER FUNCTION shop.debt(bigint) RENAME TO open_sum;
```

Good: both, until nothing calls the old one.

```sql
CREATE FUNCTION shop.open_sum(bigint) RETURNS numeric
LANGUAGE sql AS 'SELECT shop.debt($1)';
```

Allow it where the application stands still during the deployment, or does not know the name.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule
from pgmig.lint.wording import is_made_before, object_of, says

_SORTS = ("AGGREGATE", "DOMAIN", "FUNCTION", "PROCEDURE", "ROUTINE", "SCHEMA", "SEQUENCE", "TYPE")
_WAYS = {
    ("RENAME", "TO"): "has another name",
    ("RENAME", "VALUE"): "has a label of another name",
    ("RENAME", "ATTRIBUTE"): "has an attribute of another name",
    ("SET", "SCHEMA"): "is in another schema",
}


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        for sort in _SORTS if done.verb == "ALTER" else ():
            name = object_of(done, "ALTER", sort)
            told = next((told for way, told in _WAYS.items() if says(done, *way)), None)
            if name and told and not is_made_before(facts, done.number, name[-1]):
                yield Found(
                    f"{sort.lower()} {'.'.join(name)} {told} now",
                    done.number,
                    "make the new one beside the old one, and drop that when nothing uses it",
                )


RULE = rule(__name__, __doc__, _check, severity="error", is_textual=True)
