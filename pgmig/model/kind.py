"""Kind and FieldSpec: how one kind of PostgreSQL object is read, made, changed and dropped.

`catalog`, `plan` and `snapshot` loop over kinds and name none: all that is particular to a kind
is in its declaration.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, LiteralString, Protocol, TypeVar

from pgmig.model.key import ObjectKey
from pgmig.model.record import Privilege, Record
from pgmig.model.snapshot import Edge
from pgmig.model.statement import Statement

R = TypeVar("R", bound=Record)

FINGERPRINT_METHOD = "f1"
"""Counts the ways to make a fingerprint, of which `Kind.neutral` is a part."""

Query = LiteralString | Callable[[int], LiteralString]
"""A query, or a function of server_version_num (as 150018) that gives it."""


@dataclass(frozen=True, slots=True)
class Bestowal:
    """Privileges that a new object may have beyond its owner's default (ALTER DEFAULT PRIVILEGES).

    Attributes:
        on: pg_default_acl.defaclobjtype of the objects: r, S, f, T, n.
        schema: of the objects; "" for every schema.
        privileges: as differences from the owner's default, the owner being the role that makes
            the object.
    """

    on: str
    schema: str
    privileges: tuple[Privilege, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What an ALTER may have to know besides the two records of its own object.

    Attributes:
        old: every object of the old snapshot.
        new: every object of the new snapshot.
        major: of the server that the statements are for.
        is_online: whether a live table must stay usable: statements may then have modes other than
            "", and the change may be spread over several transactions.
        remade: objects of both snapshots that are dropped and made again.
        edges_from: the old edges whose source an object is.
        edges_to: the old edges whose target an object is.
        bestowals: those of the old snapshot and of the new one.
    """

    old: Mapping[ObjectKey, Record]
    new: Mapping[ObjectKey, Record]
    major: int
    is_online: bool = False
    remade: frozenset[ObjectKey] = frozenset()
    edges_from: Callable[[ObjectKey], Sequence[Edge]] = lambda _: ()
    edges_to: Callable[[ObjectKey], Sequence[Edge]] = lambda _: ()
    bestowals: Sequence[Bestowal] = ()

    def bestowed_in(self, schema: str) -> Sequence[Bestowal]:
        """What a new object of a schema may have been given, whatever sort it is of."""
        return [each for each in self.bestowals if each.schema in {"", schema}]

    def is_kept(self, key: ObjectKey) -> bool:
        """Whether the object is there before, all the while and after."""
        return key in self.old and key in self.new and key not in self.remade


class Alter(Protocol):
    """Statements that take one object from `old` to `new` for the fields of one row.

    None when PostgreSQL has no ALTER for this change: the object is dropped and made again.
    """

    def __call__(self, old: Any, new: Any, /) -> Sequence[Statement] | None: ...  # noqa: D102


class AlterAround(Protocol):
    """An `Alter` that looks at other objects too."""

    def __call__(  # noqa: D102
        self, old: Any, new: Any, around: Around, /
    ) -> Sequence[Statement] | None: ...


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What a difference in these fields means.

    Attributes:
        fields: the record's fields that share one statement.
        by: the statements that alter them in place; None when only DROP and CREATE will do.
        around: the same, where it has to look at other objects.
        is_planned: false while pgmig reads and compares the fields but has no statement for a
            change of them yet; such a difference is refused by name.
    """

    fields: tuple[str, ...]
    by: Alter | None = None
    around: AlterAround | None = None
    is_planned: bool = True

    def alter(self, old: Any, new: Any, around: Around) -> Sequence[Statement] | None:
        """The statements that change these fields in place; None when nothing does."""
        if self.around is not None:
            return self.around(old, new, around)
        return self.by(old, new) if self.by is not None else None


def replaced(*fields: str) -> FieldSpec:
    """PostgreSQL has no ALTER for these fields: a difference drops and makes the object again."""
    return FieldSpec(fields)


def altered(*fields: str, by: Alter) -> FieldSpec:
    """`by(old, new)` returns the statements that change these fields in place."""
    return FieldSpec(fields, by)


def altered_around(*fields: str, by: AlterAround) -> FieldSpec:
    """`by(old, new, around)` returns the statements that change these fields in place."""
    return FieldSpec(fields, around=by)


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


@dataclass(frozen=True, slots=True)
class LetGo(Generic[R]):
    """How an object that stays lets go of others that are dropped or change under it.

    Attributes:
        record: the object as it is once it has let go; from there the field rows lead to the new
            record, so that a default that went comes back.
        statements: what makes it so, with phase release.
        held: those that it cannot let go of before they are made again: a column keeps the old
            type until it is given the new one, so the type is put aside under another name.
    """

    record: R
    statements: tuple[Statement, ...] = ()
    held: frozenset[ObjectKey] = frozenset()


def _no_statements(_: Any, /) -> Sequence[Statement]:
    return ()


def _no_cut(_: Any, /) -> None:
    return None


def _itself(record: R, _: int, /) -> R | None:
    return record


def _no_columns(_: Any, __: Any, /) -> frozenset[str]:
    return frozenset()


def _keeps_hold(_: Any, __: Sequence[Edge], /) -> None:
    return None


def _no_online_form(_: Any, __: Around, /) -> None:
    return None


def _as_it_is(record: R, _: Around, /) -> R:
    return record


def _nothing_of_its_own(_: Any, __: Around, /) -> None:
    return None


def _is_by_itself(_: Any, __: Around, /) -> bool:
    return False


def _no_new_name(_: Any, __: str, ___: str, /) -> None:
    return None


def _bestows_nothing(_: Any, /) -> tuple[Bestowal, ...]:
    return ()


def _takes_nothing(_: Any, __: Around, /) -> Sequence[Statement]:
    return ()


def _stays_so(_: Any, /) -> tuple[Any, ...]:
    return ()


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
        is_finish: tells the edges that only `finish`, or a joining statement, waits for.
        cut: the object in two steps when it stands in a cycle; None when it cannot be cut.
        drops_with_owner: true when dropping what it hangs on (an edge of type a or i) drops it.
        hand_over: statements that give the object to a role: a circle that nothing can undo is
            dropped as all that the role owns. Empty when the object stands in no such circle.
        mentions: text that may name objects which no dependency records, as a string body does.
        settings: settings under which `create` must run, as `check_function_bodies = off`.
        amid: the record as it must be written where other objects are there: with the names that
            the server would not choose among theirs.
        before_joining: the record as it is made before its table joins a whole that has the like:
            then the joining makes it a part of that. None for what is made after, or comes with it.
        comes_along: whether an object can only come with the whole, which is made again for that.
        left_over: what a new object lacks that is there as its table has left a whole which had the
            like, or came to one; None where it is not there.
        drop_around: statements that remove the object, where others decide on them: a part can be
            dropped once its table has left the whole. None: those of `drop`.
        rejoined: statements for what an object loses as its table leaves a whole and comes back.
        neutral: the record as every major would state it, given the major it was read on: without
            what follows from the rest and only some majors record. None when it holds what this
            major alone says, or words in its own way.
        passing: the record as it was or will be when nobody but those who use the object has
            changed it: a materialized view with rows, or without. Such a difference is no drift.
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
    passing: Callable[[R], tuple[R, ...]] = _stays_so
    disturbed: Callable[[R, R], frozenset[str]] = _no_columns
    rebuilt: Callable[[R], Sequence[Statement] | None] | None = None
    let_go: Callable[[R, Sequence[Edge]], LetGo[R] | None] = _keeps_hold
    set_aside: Callable[[R, R, str], tuple[Sequence[Statement], Sequence[Statement]]] | None = None
    create_online: Callable[[R, Around], Sequence[Statement] | None] = _no_online_form
    amid: Callable[[R, Around], R] = _as_it_is
    before_joining: Callable[[R, Around], R | None] = _nothing_of_its_own
    comes_along: Callable[[R, Around], bool] = _is_by_itself
    left_over: Callable[[R, Around], Sequence[Statement] | None] = _nothing_of_its_own
    drop_around: Callable[[R, Around], Sequence[Statement] | None] = _nothing_of_its_own
    rejoined: Callable[[R, Around], Sequence[Statement]] = _takes_nothing
    rename: Callable[[R, str, str], Sequence[Statement] | None] = _no_new_name
    bestows: Callable[[R], tuple[Bestowal, ...]] = _bestows_nothing
    bestowed: Callable[[R, Around], Sequence[Statement]] = _takes_nothing

    def __post_init__(self) -> None:
        """Stop the program when a field has no row, or more than one, or is unknown."""
        rows = [field for spec in self.fields for field in spec.fields]
        fields = {*self.record.__struct_fields__}
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
