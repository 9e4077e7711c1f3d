"""A table is written anew or read whole more than once in one script.

Each time takes as long again, under locks that add up. `ALTER TABLE` takes several actions, and
goes through the table once for all of them.

Bad:

```sql
ALTER TABLE shop.orders ALTER COLUMN id TYPE bigint;
ALTER TABLE shop.orders ALTER COLUMN customer_id TYPE bigint;
```

Good:

```sql
ALTER TABLE shop.orders
    ALTER COLUMN id TYPE bigint,
    ALTER COLUMN customer_id TYPE bigint;
```

Allow it where the table is small.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule
from pgmig.shadow.trace import Relation


def _check(facts: Facts) -> Iterator[Found]:
    seen: dict[Relation, int] = {}
    for done in facts.statements:
        if done.piece.words[:2] != ("ALTER", "TABLE"):
            continue
        for relation in {*done.trace.rewrites, *done.trace.scans}:
            if not done.is_blocking(relation):
                continue
            if relation in seen:
                yield Found(
                    f"{relation} is gone through again, as by statement {seen[relation]}",
                    done.number,
                    _advice(facts, relation, seen[relation], done.number),
                )
            seen.setdefault(relation, done.number)


def _advice(facts: Facts, relation: Relation, first: int, second: int) -> str:
    """What to do: two statements are not one where another one must stand between them."""
    between = facts.statements[first : second - 1]
    if any(
        each.verb != "ALTER" and relation.name in facts.words_of(each.number) for each in between
    ):
        return "let what goes through the table be in scripts of their own"
    return "one ALTER TABLE with both actions"


RULE = rule(__name__, __doc__, _check)
