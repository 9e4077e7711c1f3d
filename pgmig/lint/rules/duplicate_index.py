"""An index repeats another one.

Every write pays for both, and no query needs the second: it has the same columns in the same order,
with the same operator classes and the same condition. A plain index also repeats a unique one, or
the index of a key, and a UNIQUE of the columns of another key repeats that.

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


class _One(NamedTuple):
    """An index, or a key with its own."""

    key: ObjectKey
    of: _Of
    name: str
    is_unique: bool
    is_key: bool
    is_own: bool  # of this table, not of the one of which it is a part


def _check(course: Course) -> Iterator[Found]:
    there: dict[_Of, list[_One]] = {}
    for each in (*_keys(course), *_indexes(course)):
        there.setdefault(each.of, []).append(each)
    for found in there.values():
        found.sort(key=lambda each: each.key not in course.before.objects)
        for one in found:
            if not one.is_own or one.key in course.before.objects:
                continue
            other = next((each for each in found if _is_repeated(course, one, each)), None)
            if other is not None:
                yield Found(
                    f"{_told(one)} of {one.of.schema}.{one.of.table} is the same as {_told(other)}",
                    do="drop one of the two",
                    names=(one.name, one.of.table, one.of.schema),
                )


def _is_repeated(course: Course, one: _One, other: _One) -> bool:
    """Whether another one does what a new one does; of two new ones the later is told, by name."""
    if one.key == other.key or (one.is_unique and not other.is_unique and not one.is_key):
        return False
    if other.key in course.before.objects:
        return True
    return other.is_key if one.is_key != other.is_key else other.key < one.key


def _keys(course: Course) -> Iterator[_One]:
    for key, each in course.all(Constraint):
        for word in _KEYS:
            if each.definition.startswith(word):
                columns = f"USING btree {each.definition.removeprefix(word)}"
                of = _Of(each.schema, each.table, columns, None)
                is_own = each.is_local and each.part_of is None
                yield _One(key, of, each.name, is_unique=True, is_key=True, is_own=is_own)


def _indexes(course: Course) -> Iterator[_One]:
    for key, each in course.all(Index):
        of = _Of(each.table_schema, each.table, each.definition, each.predicate)
        is_own = each.part_of is None
        yield _One(key, of, each.name, each.is_unique, is_key=False, is_own=is_own)


def _told(one: _One) -> str:
    return f"{'key' if one.is_key else 'index'} {one.name}"


RULE = rule(__name__, __doc__, course=_check)
