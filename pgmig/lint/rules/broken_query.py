"""A statement of the application does not work any more.

The statements of `--queries FILE` are parsed after each statement of the script, not run. One that
was good before and is refused now would fail in production from this statement on.

Bad, where the application says `SELECT mail FROM shop.customer`:

```sql
ALTER TABLE shop.customer DROP COLUMN mail;
```

Good, while that application runs; the column goes when an application is deployed that does without
it (expand, then contract).

```sql
ALTER TABLE shop.customer ADD COLUMN email text;
```

Allow it where the application that says so is gone, and give `--queries` a newer file soon.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for each in facts.effects:
        if each.change == "broken":
            yield Found(
                f"{each.query.place} does not work any more: {each.told}",
                each.statement,
                "deploy an application that does without it first, and this script after it",
            )


RULE = rule(__name__, __doc__, _check, severity="error")
