"""A table or view that was there has another name or schema.

The application that runs while the script does knows the old name alone, the next one the new name
alone: one of the two fails for as long as both run. A view under the old name serves the old one
meanwhile.

Bad:

```sql
ALTER TABLE shop.client RENAME TO customer;
```

Good: a simple view takes writes too.

```sql
ALTER TABLE shop.client RENAME TO customer;
CREATE VIEW shop.client AS SELECT * FROM shop.customer;
```

Good too: a script of one transaction that gives the old name back in the end.

Allow it where the application stands still during the deployment.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule
from pgmig.shadow.trace import Relation


def _check(facts: Facts) -> Iterator[Found]:
    for done, each in facts.changes("relation", "renamed", "changed"):
        if each.relation.relkind in "rpfvm" and not _is_served(facts, each.relation):
            yield Found(
                f"{each.relation} has another name now, {each.new}",
                done.number,
                "make a view of the old name in the same script, or new and old side by side",
            )


def _is_served(facts: Facts, relation: Relation) -> bool:
    """Whether a view has the old name in the end, or the relation itself again."""
    left = facts.standing(relation)
    if left is None:
        return False
    is_back = left.oid == relation.oid and facts.script.up.header.transaction
    return is_back or (left.relkind == "v" and left.oid != relation.oid)


RULE = rule(__name__, __doc__, _check, severity="error")
