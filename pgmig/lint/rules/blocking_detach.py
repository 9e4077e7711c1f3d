"""A partition is detached while nobody can use the table.

`DETACH PARTITION` needs ACCESS EXCLUSIVE on the whole table. With CONCURRENTLY it does not.

Bad:

```sql
ALTER TABLE shop.event DETACH PARTITION shop.event_2019;
```

Good:

```sql
-- pgmig: transaction=off
ALTER TABLE shop.event DETACH PARTITION shop.event_2019 CONCURRENTLY;
```

Allow it where the table has a DEFAULT partition: PostgreSQL knows no CONCURRENTLY there.
"""

from collections.abc import Iterator
from itertools import pairwise

from pgmig.lint.facts import Done, Facts, Found
from pgmig.lint.rule import rule


def _check(facts: Facts) -> Iterator[Found]:
    for done in facts.statements:
        if done.piece.words[:2] != ("ALTER", "TABLE") or done.trace.is_alone:
            continue
        held = [
            str(each.relation)
            for each in done.trace.locks
            if each.relation.relkind == "p" and each.mode == "AccessExclusiveLock"
        ]
        if held and _detaches(done):
            yield Found(
                f"a partition of {', '.join(held)} is detached while reads and writes wait",
                done.number,
                "DETACH PARTITION .. CONCURRENTLY, with `-- pgmig: transaction=off`",
            )


def _detaches(done: Done) -> bool:
    flat = [each.word for each in done.tokens() if not each.depth]
    return ("DETACH", "PARTITION") in set(pairwise(flat))


RULE = rule(__name__, __doc__, _check)
