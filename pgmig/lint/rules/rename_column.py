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

Good too: a script of one transaction that gives the old name back in the end.

Allow it where the application stands still during the deployment.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Change, Done, Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for done, each in facts.changes("column", "renamed"):
        if not _is_back(facts, done, each):
            yield Found(
                f"column {each.old} of {each.relation} has another name now, {each.new}",
                done.number,
                "add the new column beside the old one, and drop that when nothing uses it",
            )


def _is_back(facts: Facts, done: Done, change: Change) -> bool:
    """Whether nobody outside of the transaction finds another name for what the column holds."""
    if not facts.script.up.header.transaction:
        return False
    name, first = change.new, change.old
    for later, each in facts.changes("column", "renamed"):
        if later.number > done.number and (each.relation, each.old) == (change.relation, name):
            name = each.new
    for earlier, each in facts.changes("column", "renamed"):
        if earlier.number < done.number and (each.relation, each.new) == (change.relation, first):
            first = each.old
    return name == first


RULE = rule(__name__, __doc__, _check, severity="error")
