"""Snapshot: one server at one moment, as records and the edges between them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

from pgmig.model.ignored import Ignored, Unmodelled
from pgmig.model.key import ObjectKey
from pgmig.model.record import Record


class Edge(Record, frozen=True, kw_only=True, order=True):
    """`source` depends on `target`: a row of pg_depend, folded to keys and columns.

    Attributes:
        source: the dependent object.
        source_column: the column of `source` that depends; "" for the whole object.
        target: the object depended upon.
        target_column: the column depended upon; "" for the whole object.
        type: pg_depend.deptype (n, a, i, x, P, S).
        is_default: the dependency is of the column's default, not of the column (pg_attrdef).
    """

    source: ObjectKey
    source_column: str = ""
    target: ObjectKey
    target_column: str = ""
    type: str = "n"
    is_default: bool = False


EdgeRow = tuple[int, str, int, str, str, bool]
"""Source (its place among the keys), its column, target, its column, type, is_default."""


class Edges(Sequence[Edge]):
    """The edges of a snapshot, sorted. There may be hundreds of thousands: each is made when asked.

    Attributes:
        keys: the objects, in order.
    """

    __slots__ = ("_ask", "_rows", "keys")

    def __init__(
        self,
        keys: Sequence[ObjectKey] = (),
        rows: Sequence[EdgeRow] = (),
        *,
        ask: Callable[[], Sequence[EdgeRow]] | None = None,
    ) -> None:
        """Edges between `keys`.

        Args:
            keys: the objects, in order.
            rows: the edges, sorted.
            ask: gives them when somebody wants to see them, instead of `rows`.
        """
        self.keys = keys
        self._rows = rows
        self._ask = ask

    @property
    def rows(self) -> Sequence[EdgeRow]:
        """Every edge as a row."""
        if self._ask is not None:
            self._rows, self._ask = self._ask(), None
        return self._rows

    @classmethod
    def of(cls, edges: Iterable[Edge]) -> "Edges":
        """The same edges, sorted."""
        given = sorted(edges)
        keys = sorted({key for edge in given for key in (edge.source, edge.target)})
        place = {key: number for number, key in enumerate(keys)}
        return cls(
            keys,
            [
                (
                    place[edge.source],
                    edge.source_column,
                    place[edge.target],
                    edge.target_column,
                    edge.type,
                    edge.is_default,
                )
                for edge in given
            ],
        )

    def __len__(self) -> int:
        """How many there are."""
        return len(self.rows)

    def __iter__(self) -> Iterator[Edge]:
        """Each, in order."""
        return map(self._edge, self.rows)

    @overload
    def __getitem__(self, place: int) -> Edge: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Edge]: ...
    def __getitem__(self, place: int | slice) -> Edge | Sequence[Edge]:
        """One edge, or some."""
        if isinstance(place, slice):
            return [self._edge(row) for row in self.rows[place]]
        return self._edge(self.rows[place])

    def __eq__(self, other: object) -> bool:
        """Whether both hold the same edges, whatever the objects besides."""
        return isinstance(other, Edges) and list(self) == list(other)

    def __hash__(self) -> int:
        """Equal edges have equal hashes."""
        return hash(tuple(self))

    def _edge(self, row: EdgeRow) -> Edge:
        source, column, target, target_column, type_, is_default = row
        return Edge(
            source=self.keys[source],
            source_column=column,
            target=self.keys[target],
            target_column=target_column,
            type=type_,
            is_default=is_default,
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All objects of one database at one moment.

    Attributes:
        server_version: server_version_num, as 180001.
        objects: every modelled object by key, in key order.
        depends: every edge between them, sorted.
        unmodelled: what the database holds besides, sorted.
        outside: settings, comment and privileges of the database itself, which no script carries.
        ignored: what its scope leaves out of all of these.
    """

    server_version: int
    objects: Mapping[ObjectKey, Record]
    depends: Sequence[Edge] = field(default_factory=Edges)
    unmodelled: tuple[Unmodelled, ...] = ()
    outside: tuple[Unmodelled, ...] = ()
    ignored: Ignored = field(default_factory=Ignored)

    @property
    def major(self) -> int:
        """The server's major version, as 18."""
        return self.server_version // 10000
