"""A column that was there has another name.

The application that runs while the script does knows the old name alone, the next one the new name
alone: one of the two fails for as long as both run.

Bad:

```sql
ALTER TABLE shop.customer RENAME COLUMN mail TO email;
```

Good, over several scripts: a second column, kept equal by a trigger while both applications run.

```sql
ALTER TABLE shop.customer ADD COLUMN email text;
```

Allow it where the application stands still during the deployment.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for done, each in facts.changes("column", "renamed"):
        yield Found(
            f"column {each.old} of {each.relation} has another name now, {each.new}",
            done.number,
            "add the new column beside the old one, and drop that when nothing uses it",
        )


RULE = rule(__name__, __doc__, _check, severity="error")
