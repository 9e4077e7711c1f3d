"""The edges of a snapshot by object, made when asked for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pgmig.model import Edge, Edges, ObjectKey


class Web:
    """Who needs whom.

    Attributes:
        edges: all of them.
    """

    def __init__(self, edges: Sequence[Edge]) -> None:
        """Nothing is looked through before the first question."""
        self.edges = edges if isinstance(edges, Edges) else Edges.of(edges)
        self._from: dict[ObjectKey, list[int]] | None = None
        self._to: dict[ObjectKey, list[int]] | None = None

    def of(self, source: ObjectKey) -> list[Edge]:
        """The edges from an object to what it needs."""
        if self._from is None:
            self._from = self._placed([row[0] for row in self.edges.rows])
        return [self.edges[place] for place in self._from.get(source, ())]

    def to(self, target: ObjectKey) -> list[Edge]:
        """The edges to an object from those who need it."""
        if self._to is None:
            self._to = self._placed([row[2] for row in self.edges.rows])
        return [self.edges[place] for place in self._to.get(target, ())]

    def _placed(self, ends: list[int]) -> dict[ObjectKey, list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for place, number in enumerate(ends):
            found[number].append(place)
        return {self.edges.keys[number]: places for number, places in found.items()}


def by_source(edges: Iterable[Edge]) -> dict[ObjectKey, list[Edge]]:
    """Edges by the object that they start from."""
    found: dict[ObjectKey, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.source, []).append(edge)
    return found
