"""A column that was there is of another type.

Statements that applications have prepared fail once ("cached plan must not change result type"),
and an older application may not understand the values. Whether the table is written anew is told by
[table-rewrite](table-rewrite.md). Between `varchar` and `text`, and from one length to another, no
application sees a difference, and nothing is told.

Bad:

```sql
ALTER TABLE shop.orders ALTER COLUMN number TYPE text;
```

Good, over several scripts: a new column, filled in batches, and the old one dropped at the end.

```sql
ALTER TABLE shop.orders ADD COLUMN number_text text;
```

Allow it where the applications in production take both types.
"""

from collections.abc import Iterator

from pgmig.lint.facts import Facts, Found
from pgmig.lint.rule import rule

_TEXTS = frozenset({"text", "character varying"})


def _check(facts: Facts) -> Iterator[Found]:
    for done, each in facts.changes("column", "changed"):
        old, new = _family(each.old), _family(each.new)
        if old != new and each.relation.relkind in "rpf" and not {old, new} <= _TEXTS:
            yield Found(
                f"column {each.name} of {each.relation} is {each.new} now, was {each.old}",
                done.number,
                "a new column beside the old one",
            )


def _family(written: str) -> str:
    """The type without its length."""
    before, _, behind = written.partition("(")
    return f"{before}{behind.partition(')')[2]}"


RULE = rule(__name__, __doc__, _check)
