"""A statement of the application takes or gives something else.

The statements of `--queries FILE` are parsed after each statement of the script, not run: their
parameters and the names and types of their columns are compared. A driver that keeps prepared
statements fails where the columns change ("cached plan must not change result type"), and a program
that reads columns by their place reads others.

Bad, where the application says `SELECT * FROM shop.customer`:

```sql
ALTER TABLE shop.customer ADD COLUMN email text;
```

Good: the application names the columns that it reads.

```sql
CREATE INDEX CONCURRENTLY customer_name ON shop.customer (name);
```

Allow it where the application reads columns by name and prepares nothing.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for each in facts.effects:
        if each.change == "changed":
            yield Found(
                f"{each.query.place} is not what it was: {each.told}",
                each.statement,
                "see to it that the application takes both, or names the columns that it reads",
            )


RULE = rule(__name__, __doc__, _check)
