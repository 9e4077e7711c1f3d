"""An index repeats another one.

Every write pays for both, and no query needs the second: it has the same columns in the same order,
with the same operator classes and the same condition. A plain index also repeats a unique one, or
the index of a key.

Bad, where `email` has a UNIQUE constraint:

```sql
CREATE INDEX customer_email_idx ON shop.customer (email);
```

Good: nothing.

Allow it while one of the two takes the place of the other.
"""

from collections.abc import Iterator
from typing import NamedTuple

from pgmig.kinds.constraint.record import Constraint
from pgmig.kinds.index import Index
from pgmig.lint.facts import Course, Found
from pgmig.lint.rule import rule
from pgmig.model import ObjectKey

_KEYS = ("PRIMARY KEY ", "UNIQUE ")


class _Of(NamedTuple):
    """What an index is of."""

    schema: str
    table: str
    definition: str
    predicate: str | None


def _check(course: Course) -> Iterator[Found]:
    there: dict[_Of, list[tuple[ObjectKey, bool]]] = {}
    for key, each in course.all(Constraint):
        for word in _KEYS:
            if each.definition.startswith(word):
                columns = f"USING btree {each.definition.removeprefix(word)}"
                of = _Of(each.schema, each.table, columns, None)
                there.setdefault(of, []).append((key, True))
    for key, index in course.all(Index):
        there.setdefault(_of(index), []).append((key, index.is_unique))
    for key, index in course.added(Index):
        for other, is_unique in there[_of(index)]:
            is_later = other not in course.before.objects and key < other
            is_weaker = index.is_unique and not is_unique
            if other != key and not is_later and not is_weaker and index.part_of is None:
                yield Found(
                    f"index {index.name} of {index.table_schema}.{index.table} is the same as"
                    f" {other.name}",
                    do="drop one of the two",
                    names=(index.name, index.table, index.table_schema),
                )
                break


def _of(index: Index) -> _Of:
    return _Of(index.table_schema, index.table, index.definition, index.predicate)


RULE = rule(__name__, __doc__, course=_check)
