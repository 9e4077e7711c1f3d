"""Looking: locks, files and scans of a session, compared from one statement to the next.

Nothing is looked at but relations that were there before the script: what it makes itself nobody
else waits for. A lock that went within its statement, with a subtransaction, is not seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, LiteralString

from pgmig.db import Connection
from pgmig.db.execute import Rows, ask, compose
from pgmig.db.fragments import is_ours
from pgmig.shadow.trace.values import CATALOGS, MODES, Aspect, Catalog, Lock, Relation

# The numbers of scans that the statistics have, and those that this session has not given them
# yet, make the whole number. On 14 they reach the statistics later (monitoring-stats.html).
_SCANS: LiteralString = "pg_catalog.pg_stat_get_xact_numscans(c.oid)"
_ALL_SCANS: LiteralString = "pg_catalog.pg_stat_get_numscans(c.oid) + " + _SCANS

_OURS: LiteralString = (
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND " + is_ours("c.relnamespace")
)
_WHICH: LiteralString = "SELECT c.oid, n.nspname, c.relname, c.relkind::text, c.relfilenode, "
_RELATIONS: LiteralString = _WHICH + _SCANS + _OURS
_COUNTED: LiteralString = "SELECT c.oid, c.relfilenode, " + _ALL_SCANS + _OURS

_INDEXES: LiteralString = """
SELECT i.indrelid, i.indexrelid, c.relname, c.relfilenode
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
"""
_ALL_INDEXES: LiteralString = _INDEXES + " WHERE " + is_ours("c.relnamespace")
_SOME_INDEXES: LiteralString = _INDEXES + " WHERE i.indrelid = ANY ({tables}::oid[])"

# Below 16384 are the system's own (transam.h, FirstNormalObjectId). The view pg_locks is this
# function.
_HELD: LiteralString = (
    "SELECT l.relation, l.mode, c.relfilenode, " + _SCANS + " "
    "FROM pg_catalog.pg_lock_status() l LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation "
    "WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted "
    "AND l.mode <> 'SIReadLock' AND l.relation >= 16384"
)

# How many rows of each catalog the transaction has touched; what a savepoint took back counts too.
_TOUCHED: LiteralString = (
    "SELECT v.name, pg_catalog.pg_stat_get_xact_tuples_inserted(v.oid)"
    " + pg_catalog.pg_stat_get_xact_tuples_updated(v.oid)"
    " + pg_catalog.pg_stat_get_xact_tuples_deleted(v.oid) FROM (VALUES "
    "('class', 1259::oid), ('attribute', 1249), ('attrdef', 2604), ('constraint', 2606), "
    "('index', 2610), ('trigger', 2620), ('namespace', 2615), ('type', 1247)) v (name, oid)"
)

# The server notes when a message arrives.
_SPENT: LiteralString = (
    "SELECT extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()), "
    "pg_catalog.current_setting('track_counts')"
)

BEGINNING: Final = (_TOUCHED, _RELATIONS, _ALL_INDEXES)
"""What is asked before the first statement of a transaction."""

LOOK: Final = (_SPENT, _HELD, _TOUCHED)
"""What is asked behind each statement."""

_SHARE = MODES.index("ShareLock")  # the weakest under which an index is made
_FILED: Final[frozenset[Catalog]] = frozenset({"class", "index"})  # what tells of an index


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one statement; as the fields of `StatementTrace`."""

    locks: tuple[Lock, ...] = ()
    rewrites: tuple[Relation, ...] = ()
    rebuilt: tuple[tuple[Relation, str], ...] = ()
    scans: tuple[Relation, ...] = ()
    unobserved: frozenset[Aspect] = frozenset()
    seconds: float = 0.0
    catalogs: frozenset[Catalog] = frozenset(CATALOGS)


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
    _touched: Rows = field(default_factory=Rows)
    _is_begun: bool = False

    def begin(self, answers: Sequence[Rows]) -> None:
        """Take what BEGINNING gave, before a transaction's first statement.

        The first time it is what was there before the script.
        """
        self._held = {}
        self._touched, relations, indexes = answers
        self._scans = {int(row[0] or 0): int(row[5] or 0) for row in relations}
        if self._is_begun:
            return
        self._is_begun = True
        for oid, schema, name, relkind, file, _ in relations:
            relation = Relation(schema or "", name or "", relkind or "", int(oid or 0))
            self.relations[relation.oid] = relation
            self._files[relation.oid] = int(file or 0)
        self._indexes = _indexes(indexes)
        self._tables = {oid: table for table, found in self._indexes.items() for oid in found}

    def look(self, answers: Sequence[Rows], *, is_undone: bool = False) -> Seen:
        """What changed in this transaction since the last look.

        Args:
            answers: what LOOK gave.
            is_undone: something was taken back.
        """
        ((spent, track_counts),), rows, touched = answers
        is_counted = track_counts == "on"
        is_known = is_counted and not is_undone
        catalogs = _written(self._touched, touched) if is_known else frozenset(CATALOGS)
        self._touched = touched
        held: dict[int, int] = {}
        files: dict[int, int] = {}
        scans: dict[int, int] = {}
        for oid_text, mode, file, count in rows:
            oid = int(oid_text or 0)
            held[oid] = max(held.get(oid, 0), MODES.index(mode or ""))
            if oid in self.relations and file is not None:  # it is there still
                files[oid], scans[oid] = int(file or 0), int(count or 0)
        indexes = self._indexes_under(held) if not _FILED.isdisjoint(catalogs) else {}
        seen = self._compare(files, indexes, scans)
        locks = self._locks(
            {oid: mode for oid, mode in held.items() if mode > self._held.get(oid, -1)}
        )
        self._held = held
        unobserved: frozenset[Aspect] = frozenset() if is_counted else frozenset({"scans"})
        return Seen(locks, *seen, unobserved, float(spent or 0), catalogs)

    def look_again(self, modes: Mapping[int, str]) -> Seen:
        """What a statement changed that ran alone.

        Args:
            modes: the strongest lock that it was seen with, by OID.
        """
        ((_, track_counts),), rows, indexes = ask(self.conn, _SPENT, _COUNTED, _ALL_INDEXES)
        found = {int(row[0] or 0): row for row in rows}
        files = {oid: int(row[1] or 0) for oid, row in found.items() if oid in self.relations}
        scans = {oid: int(row[2] or 0) for oid, row in found.items() if oid in self.relations}
        seen = self._compare(files, _indexes(indexes), scans)
        locks = self._locks({oid: MODES.index(mode) for oid, mode in modes.items()})
        is_counted = track_counts == "on" and self.conn.info.server_version >= 150000
        unobserved: set[Aspect] = set() if is_counted else {"scans"}
        if not locks:
            unobserved.add("locks")
        rewrites, rebuilt, scanned = seen
        return Seen(locks, rewrites, rebuilt, scanned if is_counted else (), frozenset(unobserved))

    def forget_scans(self) -> None:
        """Begin to count from now, outside a transaction."""
        (rows,) = ask(self.conn, _COUNTED)
        self._scans = {int(row[0] or 0): int(row[2] or 0) for row in rows}

    def _indexes_under(self, held: Mapping[int, int]) -> _Indexes:
        """The indexes of tables whose locks, or whose indexes' locks, let an index be made."""
        strong = (oid for oid, mode in held.items() if mode >= _SHARE)
        tables = {self._tables.get(oid, oid) for oid in strong}.intersection(self.relations)
        if not tables:
            return {}
        listed = "{" + ",".join(map(str, sorted(tables))) + "}"
        found = _indexes(ask(self.conn, compose(self.conn, _SOME_INDEXES, tables=listed))[0])
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


def _written(old: Rows, new: Rows) -> frozenset[Catalog]:
    """The catalogs of which more rows have been touched."""
    before = {row[0]: row[1] for row in old}
    return frozenset(name for name in CATALOGS if (name, before.get(name)) not in new)


def _indexes(rows: Rows) -> _Indexes:
    found: _Indexes = {}
    for table, oid, name, file in rows:
        found.setdefault(int(table or 0), {})[int(oid or 0)] = _Index(name or "", int(file or 0))
    return found


def _rebuilt(old: Mapping[int, _Index], new: Mapping[int, _Index]) -> Iterable[str]:
    """Names of the indexes that have another file, also those made anew under their old name."""
    gone = {index.name: index for oid, index in old.items() if oid not in new}
    for oid, index in new.items():
        before = old.get(oid) or gone.get(index.name)
        if before is not None and before.file != index.file:
            yield index.name
