"""One transaction takes strong locks on several tables, one after the other.

The first lock is held while the second is waited for: a long query on the second table keeps
everybody out of the first. And whoever takes the two in the other order is in a deadlock with the
script.

Bad:

```sql
ALTER TABLE shop.orders ADD COLUMN note text;
ALTER TABLE shop.customer ADD COLUMN note text;
```

Good: two scripts, or `transaction=off`.

```sql
-- pgmig: transaction=off
ALTER TABLE shop.orders ADD COLUMN note text;
ALTER TABLE shop.customer ADD COLUMN note text;
```

Allow it where the changes must be seen together.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule
from pgmig.shadow.trace import Relation


def _check(facts: Facts) -> Iterator[Found]:
    if not facts.script.up.header.transaction:
        return
    held: list[Relation] = []
    for done in facts.statements:
        new = [
            each.relation
            for each in done.trace.locks
            if each.blocks and each.relation.relkind in "rp" and each.relation not in held
        ]
        if held and new:
            yield Found(
                f"the transaction locks {_told(new)} while it holds {_told(held)}",
                done.number,
                "a script for each table, or `-- pgmig: transaction=off`",
            )
            return
        held += new


def _told(relations: list[Relation]) -> str:
    return ", ".join(map(str, relations))


RULE = rule(__name__, __doc__, _check)
