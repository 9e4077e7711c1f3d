"""A unique, exclusion or foreign key constraint that was there is dropped.

What it kept away comes in from then on. Without the unique constraint `INSERT .. ON CONFLICT` of
its columns fails, and without the foreign key nothing goes when its row does. A CHECK is not told,
nor what goes with its column or its table; a primary key is told by
[no-primary-key](no-primary-key.md).

Bad:

```sql
ALTER TABLE shop.customer DROP CONSTRAINT customer_email_key;
```

Good: another one in its place, in the same script.

```sql
ALTER TABLE shop.customer
    DROP CONSTRAINT customer_email_key,
    ADD CONSTRAINT customer_email_key UNIQUE USING INDEX customer_email_new;
```

Allow it when nothing relies on it.
"""

from collections.abc import Iterator
from types import MappingProxyType

from pgmig.lint.facts import Change, Done, Facts, Found
from pgmig.lint.rule import rule

_SORTS = MappingProxyType({"u": "unique", "x": "exclusion", "f": "foreign key"})
_KEYS = MappingProxyType({"u": "p"})  # a primary key is unique too


def _check(facts: Facts) -> Iterator[Found]:
    for done, each in facts.changes("constraint", "dropped"):
        if each.old in _SORTS and not _is_taken_along(done, each) and not _is_replaced(facts, each):
            yield Found(
                f"{_SORTS[each.old]} constraint {each.name} of {each.relation} is dropped",
                done.number,
                "put another one in its place, or drop it when nothing relies on it",
            )


def _is_taken_along(done: Done, change: Change) -> bool:
    """Whether a column, a table or the constraint of a partitioned table is what was dropped."""
    return any(
        each.verb == "dropped" and (each.part in {"column", "relation"} or _is_above(each, change))
        for each in done.changes
    )


def _is_above(each: Change, change: Change) -> bool:
    """Whether it may be of the table of which the other one is of a partition."""
    is_same = (each.part, each.old) == (change.part, change.old)
    return is_same and (each.relation.relkind, change.relation.relkind) == ("p", "r")


def _is_replaced(facts: Facts, change: Change) -> bool:
    """Whether the script makes one of the same sort for the same table."""
    return any(
        each.relation == change.relation and each.new in {change.old, _KEYS.get(change.old)}
        for _, each in facts.changes("constraint", "added")
    )


RULE = rule(__name__, __doc__, _check)
