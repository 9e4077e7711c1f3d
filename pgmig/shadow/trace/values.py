"""Trace: what was seen of each statement of one half of a script."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from pgmig.ddl import qualified
from pgmig.model import Hazard, ObjectKey

Blocks = Literal["reads and writes", "writes", ""]

Aspect = Literal["locks", "rewrites", "scans"]

ASPECTS: tuple[Aspect, ...] = ("locks", "rewrites", "scans")

Catalog = Literal[
    "class", "attribute", "attrdef", "constraint", "index", "trigger", "namespace", "type"
]
"""A table of the system's, without pg_, that tells what relations are."""

CATALOGS: Mapping[Catalog, int] = MappingProxyType(
    {
        "class": 1259,
        "attribute": 1249,
        "attrdef": 2604,
        "constraint": 2606,
        "index": 2610,
        "trigger": 2620,
        "namespace": 2615,
        "type": 1247,
    }
)
"""Their OIDs, the same on every server (pg_class.h and so on)."""

# In the order of strength that lock.h numbers them in (1 is the weakest).
MODES = (
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
_STRONGEST_OF_QUERIES = MODES.index("RowExclusiveLock")
_WEAKEST_AGAINST_WRITES = MODES.index("ShareLock")

# pg_class.relkind, in the words of ObjectKey.kind.
_KINDS = {
    "r": "table",
    "p": "table",
    "f": "foreign table",
    "v": "view",
    "m": "materialized view",
    "S": "sequence",
}


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """A relation that was there before the script, under the name that it had then.

    Attributes:
        schema: its schema.
        name: unquoted.
        relkind: pg_class.relkind: r, p, f, v, m or S.
        oid: of it, which tells it from no other; 0 where nobody knows it.
    """

    schema: str
    name: str
    relkind: str = "r"
    oid: int = field(default=0, compare=False, repr=False)

    @property
    def key(self) -> ObjectKey:
        """The key of the object."""
        return ObjectKey(_KINDS[self.relkind], self.schema, self.name)

    def __str__(self) -> str:
        """Qualified, quoted where it must be."""
        return qualified(self.schema, self.name)


@dataclass(frozen=True, slots=True)
class Lock:
    """The strongest lock that a statement took on a relation, unless one as strong was held.

    Attributes:
        relation: on what.
        mode: as pg_locks.mode names it, like `AccessExclusiveLock`.
        indexes: those of it that are locked in the mode AccessExclusiveLock, when it is not.
    """

    relation: Relation
    mode: str
    indexes: tuple[str, ...] = ()

    @property
    def strength(self) -> int:
        """The place of the mode in `MODES`."""
        return MODES.index(self.mode)

    @property
    def is_of_queries(self) -> bool:
        """Whether SELECT, INSERT, UPDATE and DELETE take no weaker one (explicit-locking.html)."""
        return self.strength <= _STRONGEST_OF_QUERIES and not self.indexes

    @property
    def blocks(self) -> Blocks:
        """What other sessions must wait for: SELECT, or what changes rows, or neither.

        Proof: the table of conflicting lock modes in explicit-locking.html. Whoever plans a query
        of a table locks each of its indexes (sql-reindex.html, Notes).
        """
        if self.mode == "AccessExclusiveLock" or self.indexes:
            return "reads and writes"
        return "writes" if self.strength >= _WEAKEST_AGAINST_WRITES else ""


@dataclass(frozen=True, slots=True)
class StatementTrace:
    """What was seen of one statement; only of relations that were there before the script.

    Attributes:
        number: of the statement in its half, from 1.
        locks: those that are new or stronger than before in the same transaction, by relation.
        rewrites: tables and materialized views that have another file afterwards. TRUNCATE and
            REFRESH give them one too.
        rebuilt: indexes that have another file afterwards while their table keeps its own, each
            with its table and its name.
        scans: tables and materialized views of which a sequential scan began.
        unobserved: what could not be seen; the fields above say nothing of it.
        is_alone: the server refused the statement in a transaction block. Its locks were looked at
            while it ran: one that it held for a moment only may be missing.
        seconds: how long it took; with `is_alone` too long by the looking.
        catalogs: those that it wrote to, or may have.
        is_renaming: a type or a schema that was there may have another name.
        wal: bytes that were written to the write-ahead log meanwhile, by whomever.
        skipped: what the server said of each thing that IF EXISTS did not find.
    """

    number: int
    locks: tuple[Lock, ...] = ()
    rewrites: tuple[Relation, ...] = ()
    rebuilt: tuple[tuple[Relation, str], ...] = ()
    scans: tuple[Relation, ...] = ()
    unobserved: frozenset[Aspect] = frozenset()
    is_alone: bool = False
    seconds: float = 0.0
    catalogs: frozenset[Catalog] = frozenset(CATALOGS)
    is_renaming: bool = True
    wal: int = 0
    skipped: tuple[str, ...] = ()

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """The same as hazards, without the locks that queries take too."""
        found = [
            Hazard("lock", each.relation.key, _lock_evidence(each))
            for each in self.locks
            if not each.is_of_queries
        ]
        found += [
            Hazard("rewrite", each.key, "all of it is written anew") for each in self.rewrites
        ]
        found += [
            Hazard("rewrite", table.key, f"its index {index} was built again")
            for table, index in self.rebuilt
        ]
        found += [Hazard("scan", each.key, "it was read whole") for each in self.scans]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Trace:
    """What was seen of one half of a script.

    Attributes:
        statements: one for each statement of the half, in order.
    """

    statements: tuple[StatementTrace, ...]

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """Those of all statements, in order."""
        return tuple(hazard for each in self.statements for hazard in each.hazards)


def _lock_evidence(lock: Lock) -> str:
    blocks = f"blocks {lock.blocks or 'neither reads nor writes'}"
    if lock.indexes:
        return f"{lock.mode}, AccessExclusiveLock on {', '.join(lock.indexes)}, {blocks}"
    return f"{lock.mode}, {blocks}"
