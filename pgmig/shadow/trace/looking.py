"""Looking: locks, files and scans of a session, compared from one statement to the next.

Nothing is looked at but relations that were there before the script: what it makes itself nobody
else waits for. A lock that went within its statement, with a subtransaction, is not seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import LiteralString

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.db.fragments import is_ours
from pgmig.shadow.trace.values import MODES, Aspect, Lock, Relation

# Every part of a query is a LiteralString, which the type checker proves.
# ruff: noqa: S608

# The numbers of scans that the statistics have, and those that this session has not given them
# yet, make the whole number. On 14 they reach the statistics later (monitoring-stats.html).
_SCANS: LiteralString = "pg_catalog.pg_stat_get_xact_numscans(c.oid)"
_ALL_SCANS: LiteralString = "pg_catalog.pg_stat_get_numscans(c.oid) + " + _SCANS

_RELATIONS: LiteralString = (
    "SELECT c.oid, n.nspname, c.relname, c.relkind::text, c.relfilenode, "
    + _ALL_SCANS
    + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND " + is_ours("c.relnamespace")
)

_INDEXES: LiteralString = """
SELECT i.indrelid, i.indexrelid, c.relname, c.relfilenode
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
"""
_ALL_INDEXES: LiteralString = _INDEXES + " WHERE " + is_ours("c.relnamespace")
_SOME_INDEXES: LiteralString = _INDEXES + " WHERE i.indrelid = ANY (%s::oid[])"

_COUNTED: LiteralString = (
    "SELECT c.oid, " + _SCANS + " FROM pg_catalog.pg_class c "
    "WHERE c.relkind IN ('r', 'm') AND c.oid >= 16384 AND " + _SCANS + " > 0"
)

_FIRST_OID = 16384  # below are the system's own (transam.h, FirstNormalObjectId)

_HELD: LiteralString = """
SELECT l.relation, l.mode FROM pg_catalog.pg_locks l
WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted
    AND l.mode <> 'SIReadLock' AND l.relation BETWEEN %s::oid AND %s::oid
"""

_FILES: LiteralString = (
    "SELECT c.oid, c.relfilenode, " + _SCANS + ", "
    "pg_catalog.current_setting('track_counts') = 'on' "
    "FROM pg_catalog.pg_class c WHERE c.oid = ANY (%s::oid[])"
)

_SHARE = MODES.index("ShareLock")  # the weakest under which an index is made


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one statement; as the fields of `StatementTrace`."""

    locks: tuple[Lock, ...] = ()
    rewrites: tuple[Relation, ...] = ()
    rebuilt: tuple[tuple[Relation, str], ...] = ()
    scans: tuple[Relation, ...] = ()
    unobserved: frozenset[Aspect] = frozenset()


@dataclass(frozen=True, slots=True)
class _Index:
    name: str
    file: int


_Indexes = dict[int, dict[int, _Index]]  # OID of the table to those of its indexes


@dataclass(slots=True)
class Observer:
    """The relations that were there before a script, and what was last seen of them.

    Attributes:
        conn: the session that runs the script.
        relations: by OID, under the names that they had.
    """

    conn: Connection
    relations: dict[int, Relation] = field(default_factory=dict[int, Relation])
    _files: dict[int, int] = field(default_factory=dict[int, int])
    _scans: dict[int, int] = field(default_factory=dict[int, int])
    _indexes: _Indexes = field(default_factory=_Indexes)
    _held: dict[int, int] = field(default_factory=dict[int, int])
    _tables: dict[int, int] = field(default_factory=dict[int, int])  # of an index
    _last_oid: int = _FIRST_OID

    def begin(self) -> None:
        """Take what there is now for what was there before the script."""
        for oid, schema, name, relkind, file, scans in fetch(self.conn, _RELATIONS):
            self.relations[oid] = Relation(schema, name, relkind)
            self._files[oid], self._scans[oid] = file, scans
        self._indexes = _indexes(fetch(self.conn, _ALL_INDEXES)) if self.relations else {}
        self._tables = {oid: table for table, found in self._indexes.items() for oid in found}
        self._last_oid = max((_FIRST_OID, *self.relations, *self._tables))

    def begin_transaction(self) -> None:
        """Look at a transaction in which nothing has run yet."""
        self._held = {}
        self._scans = dict[int, int](fetch(self.conn, _COUNTED)) if self.relations else {}

    def look(self) -> Seen:
        """What changed in this transaction since the last look."""
        if not self.relations:
            return Seen()
        held = self._locks_held()
        files: dict[int, int] = {}
        scans: dict[int, int] = {}
        is_counted = True
        locked = sorted(self.relations.keys() & held.keys())
        for oid, file, count, is_on in fetch(self.conn, _FILES, (locked,)) if locked else ():
            files[oid], scans[oid], is_counted = file, count, is_on
        seen = self._compare(files, self._indexes_under(held), scans)
        locks = self._locks(
            {oid: mode for oid, mode in held.items() if mode > self._held.get(oid, -1)}
        )
        self._held = held
        unobserved: frozenset[Aspect] = frozenset() if is_counted else frozenset({"scans"})
        return Seen(locks, *seen, unobserved)

    def look_again(self, modes: Mapping[int, str]) -> Seen:
        """What a statement changed that ran alone.

        Args:
            modes: the strongest lock that it was seen with, by OID.
        """
        rows = fetch(self.conn, _RELATIONS)
        files = {row[0]: row[4] for row in rows if row[0] in self.relations}
        scans = {row[0]: row[5] for row in rows if row[0] in self.relations}
        seen = self._compare(files, _indexes(fetch(self.conn, _ALL_INDEXES)), scans)
        locks = self._locks({oid: MODES.index(mode) for oid, mode in modes.items()})
        (setting,) = fetch(self.conn, "SELECT pg_catalog.current_setting('track_counts') = 'on'")
        is_counted = setting[0] and self.conn.info.server_version >= 150000
        unobserved: set[Aspect] = set() if is_counted else {"scans"}
        if not locks:
            unobserved.add("locks")
        rewrites, rebuilt, scanned = seen
        return Seen(locks, rewrites, rebuilt, scanned if is_counted else (), frozenset(unobserved))

    def forget_scans(self) -> None:
        """Begin to count from now, outside a transaction."""
        self._scans = {row[0]: row[5] for row in fetch(self.conn, _RELATIONS)}

    def _locks_held(self) -> dict[int, int]:
        """The strongest mode that this transaction holds on each relation and index."""
        held: dict[int, int] = {}
        for oid, mode in fetch(self.conn, _HELD, (_FIRST_OID, self._last_oid)):
            held[oid] = max(held.get(oid, 0), MODES.index(mode))
        return held

    def _indexes_under(self, held: Mapping[int, int]) -> _Indexes:
        """The indexes of tables whose locks, or whose indexes' locks, let an index be made."""
        strong = (oid for oid, mode in held.items() if mode >= _SHARE)
        tables = {self._tables.get(oid, oid) for oid in strong}.intersection(self.relations)
        if not tables:
            return {}
        found = _indexes(fetch(self.conn, _SOME_INDEXES, (sorted(tables),)))
        return {table: found.get(table, {}) for table in tables}

    def _compare(
        self, files: Mapping[int, int], indexes: _Indexes, scans: Mapping[int, int]
    ) -> tuple[tuple[Relation, ...], tuple[tuple[Relation, str], ...], tuple[Relation, ...]]:
        """Rewrites, rebuilt indexes and scans since the last look, which this one becomes."""
        rewritten = {
            oid
            for oid, file in files.items()
            if file != self._files[oid] and self.relations[oid].relkind in "rm"
        }
        rebuilt = {
            (self.relations[table], name)
            for table, found in indexes.items()
            if table in self.relations and table not in rewritten
            for name in _rebuilt(self._indexes.get(table, {}), found)
        }
        scanned = {oid for oid, count in scans.items() if count > self._scans.get(oid, 0)}
        self._files.update(files)
        self._indexes.update(indexes)
        self._scans.update(scans)
        return self._named(rewritten), tuple(sorted(rebuilt)), self._named(scanned)

    def _locks(self, modes: Mapping[int, int]) -> tuple[Lock, ...]:
        found = [
            Lock(self.relations[oid], MODES[mode])
            for oid, mode in modes.items()
            if oid in self.relations
        ]
        return tuple(sorted(found, key=lambda each: each.relation))

    def _named(self, oids: Iterable[int]) -> tuple[Relation, ...]:
        return tuple(sorted(self.relations[oid] for oid in oids))


def _indexes(rows: Iterable[tuple[int, int, str, int]]) -> _Indexes:
    found: _Indexes = {}
    for table, oid, name, file in rows:
        found.setdefault(table, {})[oid] = _Index(name, file)
    return found


def _rebuilt(old: Mapping[int, _Index], new: Mapping[int, _Index]) -> Iterable[str]:
    """Names of the indexes that have another file, also those made anew under their old name."""
    gone = {index.name: index for oid, index in old.items() if oid not in new}
    for oid, index in new.items():
        before = old.get(oid) or gone.get(index.name)
        if before is not None and before.file != index.file:
            yield index.name
