"""Kind and FieldSpec: how one kind of PostgreSQL object is read, made, changed and dropped.

`catalog`, `plan` and `snapshot` loop over kinds and name none: all that is particular to a kind
is in its declaration.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, LiteralString, Protocol, TypeVar

import msgspec

from pgmig.model.key import ObjectKey
from pgmig.model.record import Record
from pgmig.model.snapshot import Edge
from pgmig.model.statement import Statement

R = TypeVar("R", bound=Record)

FINGERPRINT_METHOD = "f1"
"""Counts the ways to make a fingerprint, of which `Kind.neutral` is a part."""

Query = LiteralString | Callable[[int], LiteralString]
"""A query, or a function of server_version_num (as 150018) that gives it."""


class Alter(Protocol):
    """Statements that take one object from `old` to `new` for the fields of one row."""

    def __call__(self, old: Any, new: Any, /) -> Sequence[Statement]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What a difference in these fields means.

    Attributes:
        fields: the record's fields that share one statement.
        by: the statements that alter them in place; None when only DROP and CREATE will do.
        is_planned: false while pgmig reads and compares the fields but has no statement for a
            change of them yet; such a difference is refused by name.
    """

    fields: tuple[str, ...]
    by: Alter | None = None
    is_planned: bool = True


def replaced(*fields: str) -> FieldSpec:
    """PostgreSQL has no ALTER for these fields: a difference drops and makes the object again."""
    return FieldSpec(fields)


def altered(*fields: str, by: Alter) -> FieldSpec:
    """`by(old, new)` returns the statements that change these fields in place."""
    return FieldSpec(fields, by)


def unplanned(*fields: str) -> FieldSpec:
    """A difference in these fields is seen and refused by name: pgmig has no statement for it."""
    return FieldSpec(fields, is_planned=False)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that belong to an object and are read by a query of their own, such as columns.

    Attributes:
        field: the record's field that holds the tuple of parts.
        record: type of each.
        query: gives `oid` of the owning object and the fields of `record`, in order. With
            `number` besides, comments on the rows are read too.
        facets: queries that give `oid`, `number` and some of the fields, for the rows that have
            something to say there; the others keep what `query` or the record's default says.
    """

    field: str
    record: type[Record]
    query: Query
    facets: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class Cut(Generic[R]):
    """How an object in a dependency cycle is made in two steps.

    Attributes:
        first: the record in the form that needs less (columns without defaults, a stub body).
        later: statements that complete it once everything it needs is there.
        is_later: tells whether an edge of the object belongs to the second step.
        undo: statements that take the object back to its first form, so that a cycle can be
            dropped too; empty when none can.
    """

    first: R
    later: tuple[Statement, ...]
    is_later: Callable[[Edge], bool]
    undo: tuple[Statement, ...] = ()


def _no_statements(_: Any, /) -> Sequence[Statement]:
    return ()


def _no_cut(_: Any, /) -> None:
    return None


def _itself(record: R, _: int, /) -> R | None:
    return record


def _stays(_: Any, __: str, /) -> Sequence[Statement]:
    return ()


@dataclass(frozen=True, slots=True)
class Kind(Generic[R]):
    """One kind of object.

    Attributes:
        name: as people say it and as `ObjectKey.kind` holds it.
        record: its record type.
        classid: the catalog its OIDs live in, as `pg_class`.
        query: gives `oid` and the record's fields (parts excepted), one row an object.
        create: statements that make the object with all it carries, in order.
        drop: statements that remove it.
        fields: one row for each field outside the identity.
        identity: fields that make the key.
        parent: the identity field that names the relation or type it hangs on.
        key_name: the key's `name`, where it is more than the record's `name`.
        facets: queries that give `oid` and some of the fields, for the objects that have something
            to say there; the others keep what `query` or the record's default says.
        parts: child rows read by queries of their own.
        finish: statements to run once the objects that this one is owned by exist.
        is_finish: tells the edges that only `finish` waits for.
        cut: the object in two steps when it stands in a cycle; None when it cannot be cut.
        drops_with_owner: true when dropping what it hangs on (an edge of type a or i) drops it.
        hand_over: statements that give the object to a role: a circle that nothing can undo is
            dropped as all that the role owns. Empty when the object stands in no such circle.
        mentions: text that may name objects which no dependency records, as a string body does.
        settings: settings under which `create` must run, as `check_function_bodies = off`.
        neutral: the record as every major would state it, given the major it was read on: without
            what follows from the rest and only some majors record. None when it holds what this
            major alone says, or words in its own way.
    """

    name: str
    record: type[R]
    classid: LiteralString
    query: Query
    create: Callable[[R], Sequence[Statement]]
    drop: Callable[[R], Sequence[Statement]]
    fields: tuple[FieldSpec, ...]
    identity: tuple[str, ...] = ("schema", "name")
    parent: str = ""
    key_name: Callable[[R], str] | None = None
    facets: tuple[Query, ...] = ()
    parts: tuple[Part, ...] = ()
    finish: Callable[[R], Sequence[Statement]] = _no_statements
    is_finish: Callable[[Edge], bool] = lambda _: False
    cut: Callable[[R], Cut[R] | None] = _no_cut
    drops_with_owner: bool = False
    hand_over: Callable[[R, str], Sequence[Statement]] = _stays
    mentions: Callable[[R], str] = lambda _: ""
    settings: tuple[str, ...] = ()
    neutral: Callable[[R, int], R | None] = _itself

    def __post_init__(self) -> None:
        """Stop the program when a field has no row, or more than one, or is unknown."""
        rows = [field for spec in self.fields for field in spec.fields]
        fields = {field.name for field in msgspec.structs.fields(self.record)}
        stray = fields.symmetric_difference({*rows, *self.identity})
        twice = {row for row in rows if rows.count(row) > 1 or row in self.identity}
        if stray or twice:
            message = f"kind {self.name}: fields without one row each: {sorted(stray | twice)}"
            raise TypeError(message)

    def key(self, record: R) -> ObjectKey:
        """The key of `record`."""
        name = self.key_name(record) if self.key_name else getattr(record, "name")  # noqa: B009
        return ObjectKey(
            self.name,
            getattr(record, "schema", ""),
            name,
            getattr(record, self.parent) if self.parent else "",
        )


AnyKind = Kind[Any]


def kind_by_name(kinds: Iterable[AnyKind]) -> dict[str, AnyKind]:
    """The kinds by their names; a name given twice stops the program."""
    found: dict[str, AnyKind] = {}
    for kind in kinds:
        if kind.name in found:
            message = f"two kinds are called {kind.name}"
            raise TypeError(message)
        found[kind.name] = kind
    return found
