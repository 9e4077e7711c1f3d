"""Snapshot: one server at one moment, as records and the edges between them."""

from collections.abc import Mapping
from dataclasses import dataclass

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


class Unmodelled(Record, frozen=True, kw_only=True, order=True):
    """An object that the database holds and pgmig does not model yet.

    Attributes:
        kind: as pg_identify_object names it.
        identity: as pg_identify_object prints it, qualified and quoted.
    """

    kind: str
    identity: str

    def __str__(self) -> str:
        """For people: `operator public.===(integer,integer)`."""
        return f"{self.kind} {self.identity}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All objects of one database at one moment.

    Attributes:
        server_version: server_version_num, as 180001.
        objects: every modelled object by key, in key order.
        depends: every edge between them, sorted.
        unmodelled: what the database holds besides, sorted.
        outside: settings, comment and privileges of the database itself, which no script carries.
    """

    server_version: int
    objects: Mapping[ObjectKey, Record]
    depends: tuple[Edge, ...] = ()
    unmodelled: tuple[Unmodelled, ...] = ()
    outside: tuple[Unmodelled, ...] = ()

    @property
    def major(self) -> int:
        """The server's major version, as 18."""
        return self.server_version // 10000
