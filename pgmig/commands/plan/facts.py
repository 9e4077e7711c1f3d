"""Facts of a shadow database that say what its rows must meet, by OID: names may change.

What differs between two readings is what a script demands of rows that are there before.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

T = TypeVar("T")

Place = tuple[int, int]
"""A column: OID of its relation, and its number there."""

DemandSort = Literal["check", "orphan", "overlap", "duplicate"]

_DISTINCT = frozenset({"nextval()", "gen_random_uuid()", "uuidv4()", "uuidv7()"})


@dataclass(frozen=True, slots=True)
class RelationFacts:
    """A relation.

    Attributes:
        schema: its schema.
        name: unquoted.
        kind: pg_class.relkind.
        parent: OID of the first table that it is a partition or a child of; None: of none.
        bound: which rows it may hold, as a partition.
    """

    schema: str
    name: str
    kind: str
    parent: int | None
    bound: str | None


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column.

    Attributes:
        name: unquoted.
        is_not_null: NULL is refused, and no row holds any.
        type: as format_type prints it.
        type_oid: its OID, which a new name leaves.
        base: pg_type.typname.
        typmod: pg_attribute.atttypmod.
        domain: OID of its type where that is a domain.
        domains: OIDs of that and of those that it is over.
        is_generated: its values come from others.
        labels: of its type, an enum; empty of another.
        value: what rows that were there got, as a literal, or NULL; None where the catalog does
            not tell.
        default: an expression.
        is_volatile: the default is another for each row.
        expression: of a generated column.
        fitter: the function that holds values against the length of the type; None: it has none.
        element: its type, or that of its elements, without a length, beneath domains.
        limit: the typmod that the function takes.
        is_array: it has elements.
        is_own: rows of children may be NULL.
    """

    name: str
    is_not_null: bool
    type: str
    type_oid: int
    base: str
    typmod: int
    domain: int | None
    domains: list[int]
    is_generated: bool
    labels: list[str]
    value: str | None
    default: str | None
    is_volatile: bool
    expression: str | None
    fitter: str | None
    element: str
    limit: int
    is_array: bool
    is_own: bool

    def is_of_type(self, other: "ColumnFacts") -> bool:
        """Whether both are of one type, whatever it is called."""
        return (self.type_oid, self.typmod) == (other.type_oid, other.typmod)

    @property
    def is_filled(self) -> bool:
        """Whether rows that are there before it got a value."""
        return self.is_generated or self.value not in {"NULL", None} or self.is_made

    @property
    def is_made(self) -> bool:
        """Whether each row got a value of its own, which nobody knows before."""
        return self.is_volatile or (self.value is None and self.domain is not None)

    @property
    def is_distinct(self) -> bool:
        """Whether no two of the values that it is made with are alike."""
        made = self.default or ""
        return made in _DISTINCT or (made.startswith("nextval('") and made.endswith("'::regclass)"))


@dataclass(frozen=True, slots=True)
class Demand:
    """What rows must meet, but for its name.

    Attributes:
        sort: `check`, `orphan`, `overlap` or `duplicate`.
        relation: OID of the relation; 0 of a domain's.
        columns: that it reads.
        expressions: of a key, as pg_get_indexdef prints them; of a CHECK the condition.
        operators: of an EXCLUDE, one for each expression.
        predicate: which rows it is about; None: all.
        is_null_equal: two NULLs are duplicates.
        is_only: rows of children need not meet it.
        target: OID of the relation that a foreign key points at.
        target_columns: what it points at there.
        is_full: MATCH FULL.
        has_period: it is about ranges of time.
        domain: OID of the domain that it is of.
    """

    sort: DemandSort
    relation: int
    columns: tuple[int, ...]
    expressions: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    predicate: str | None = None
    is_null_equal: bool = False
    is_only: bool = False
    target: int = 0
    target_columns: tuple[int, ...] = ()
    is_full: bool = False
    has_period: bool = False
    domain: int = 0


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """An index that computes something which can fail, or holds what can be too long.

    Attributes:
        name: unquoted.
        relation: OID of its table.
        expressions: of its columns.
        columns: that they read.
        predicate: which rows it is about; None: all.
        is_exact: how long a value is tells how long it is in the index.
    """

    name: str
    relation: int
    expressions: list[str]
    columns: list[int]
    predicate: str | None
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class SequenceFacts:
    """A sequence.

    Attributes:
        schema: its schema.
        name: unquoted.
        least: that it gives.
        most: that it gives.
        start: that it gives first.
        step: by which the next is greater.
        is_cycle: behind the last comes the first.
        relation: OID of the table of the column that owns it; 0: none.
        column: its number.
    """

    schema: str
    name: str
    least: int
    most: int
    start: int
    step: int
    is_cycle: bool
    relation: int
    column: int


@dataclass(frozen=True, slots=True)
class DomainFacts:
    """A domain."""

    schema: str
    name: str
    is_not_null: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What one shadow database demands of its rows.

    Attributes:
        relations: by OID.
        columns: of tables.
        demands: each with its name.
        keys: the numbers of the columns of the primary key, by the OID of the table.
        domains: by OID.
        extensions: version by name.
        routines: name and fingerprint, by OID.
        types: OIDs and fingerprints by name, without those of tables.
        indexes: that compute something, by OID.
        btrees: that hold what can be too long for them, by OID.
        sequences: by OID.
        views: name and query of each materialized view that has rows, by OID.
    """

    relations: Mapping[int, RelationFacts] = field(default_factory=dict[int, RelationFacts])
    columns: Mapping[Place, ColumnFacts] = field(default_factory=dict[Place, ColumnFacts])
    demands: Mapping[Demand, str] = field(default_factory=dict[Demand, str])
    keys: Mapping[int, tuple[int, ...]] = field(default_factory=dict[int, tuple[int, ...]])
    domains: Mapping[int, DomainFacts] = field(default_factory=dict[int, DomainFacts])
    extensions: Mapping[str, str] = field(default_factory=dict[str, str])
    routines: Mapping[int, tuple[str, str]] = field(default_factory=dict[int, tuple[str, str]])
    types: Mapping[str, frozenset[tuple[int, str]]] = field(
        default_factory=dict[str, frozenset[tuple[int, str]]]
    )
    indexes: Mapping[int, IndexFacts] = field(default_factory=dict[int, IndexFacts])
    btrees: Mapping[int, IndexFacts] = field(default_factory=dict[int, IndexFacts])
    sequences: Mapping[int, SequenceFacts] = field(default_factory=dict[int, SequenceFacts])
    views: Mapping[int, tuple[str, str]] = field(default_factory=dict[int, tuple[str, str]])

    def only(self, oids: Set[int]) -> "Facts":
        """Those of some relations, with all domains and views."""
        return replace(
            self,
            relations={oid: each for oid, each in self.relations.items() if oid in oids},
            columns={at: each for at, each in self.columns.items() if at[0] in oids},
            demands={one: name for one, name in self.demands.items() if not _stays(one, oids)},
            keys={oid: each for oid, each in self.keys.items() if oid in oids},
            indexes={n: i for n, i in self.indexes.items() if i.relation in oids},
            btrees={n: i for n, i in self.btrees.items() if i.relation in oids},
            sequences={n: s for n, s in self.sequences.items() if n in oids or s.relation in oids},
        )

    def renewed(self, new: "Facts", oids: Set[int]) -> "Facts":
        """These, with others of some relations; domains and views are all new."""
        kept = {demand: name for demand, name in self.demands.items() if _stays(demand, oids)}
        return replace(
            new,
            relations=_without(self.relations, oids) | {**new.relations},
            columns={at: each for at, each in self.columns.items() if at[0] not in oids}
            | {**new.columns},
            demands=kept | {**new.demands},
            keys=_without(self.keys, oids) | {**new.keys},
            indexes={n: i for n, i in self.indexes.items() if i.relation not in oids}
            | {**new.indexes},
            btrees={n: i for n, i in self.btrees.items() if i.relation not in oids}
            | {**new.btrees},
            sequences={
                n: s for n, s in self.sequences.items() if n not in oids and s.relation not in oids
            }
            | {**new.sequences},
            extensions=self.extensions,
            routines=self.routines,
            types=self.types,
        )


def _stays(demand: Demand, oids: Set[int]) -> bool:
    return not demand.domain and demand.relation not in oids


def _without(found: Mapping[int, T], oids: Set[int]) -> dict[int, T]:
    return {oid: each for oid, each in found.items() if oid not in oids}
