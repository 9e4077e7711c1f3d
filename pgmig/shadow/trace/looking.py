"""Looking: locks, files and scans of a session, compared from one statement to the next.

Nothing is looked at but relations that were there before the script: what it makes itself nobody
else waits for. A lock that went within its statement, with a subtransaction, is not seen.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
_COUNTED: LiteralString = "SELECT c.oid, c.relfilenode, " + _ALL_SCANS + _OURS
_SCANNED: LiteralString = """
SELECT c.oid, pg_catalog.pg_stat_get_xact_numscans(c.oid) FROM pg_catalog.pg_class c
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm', 'S')
    AND pg_catalog.pg_stat_get_xact_numscans(c.oid) > 0
"""

# Relations and indexes. Those below 16384 are the system's own (transam.h, FirstNormalObjectId).
# To plan joins would take the server longer than it takes to read all of this.
_RELATIONS: LiteralString = """
SELECT c.oid, (SELECT n.nspname FROM pg_catalog.pg_namespace n WHERE n.oid = c.relnamespace),
    c.relname, c.relkind::text, c.relfilenode,
    CASE WHEN c.relkind IN ('i', 'I') THEN
        (SELECT i.indrelid FROM pg_catalog.pg_index i WHERE i.indexrelid = c.oid) END,
    pg_catalog.pg_stat_get_xact_numscans(c.oid)
FROM pg_catalog.pg_class c
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I')
"""

# What was written since a transaction, or is of a schema that was, and what was read.
_RECENT: LiteralString = """
AND (pg_catalog.age(c.xmin) <= pg_catalog.age({since}::pg_catalog.xid)
    OR c.relkind IN ('r', 'm', 'S') AND pg_catalog.pg_stat_get_xact_numscans(c.oid) > 0
    OR c.relnamespace IN (
        SELECT n.oid FROM pg_catalog.pg_namespace n
        WHERE pg_catalog.age(n.xmin) <= pg_catalog.age({since}::pg_catalog.xid)))
"""

_INDEXES: LiteralString = """
SELECT i.indrelid, i.indexrelid, c.relname, c.relfilenode
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
"""
_ALL_INDEXES: LiteralString = _INDEXES + " WHERE " + is_ours("c.relnamespace")
_SOME_INDEXES: LiteralString = _INDEXES + " WHERE i.indrelid = ANY ({tables}::oid[])"

# The view pg_locks is this function. A relation that is gone has no file, as a view has none.
_HELD: LiteralString = (
    "SELECT l.relation, l.mode, pg_catalog.pg_relation_filenode(l.relation), "
    "pg_catalog.pg_stat_get_xact_numscans(l.relation) FROM pg_catalog.pg_lock_status() l "
    "WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted "
    "AND l.mode <> 'SIReadLock' AND l.relation >= 16384"
)

# The server notes when a message arrives. How many rows of each catalog the session has touched
# since it told the statistics; what a savepoint took back counts too.
_STATE: LiteralString = (
    "SELECT extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()), "
    "pg_catalog.current_setting('track_counts'), "
    "pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0'), "
    "pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()), "
    "pg_catalog.pg_stat_get_xact_tuples_updated(1247)"
    " + pg_catalog.pg_stat_get_xact_tuples_updated(2615), ARRAY("
    "SELECT pg_catalog.pg_stat_get_xact_tuples_inserted(v.oid)"
    " + pg_catalog.pg_stat_get_xact_tuples_updated(v.oid)"
    " + pg_catalog.pg_stat_get_xact_tuples_deleted(v.oid)"
    " FROM pg_catalog.unnest({catalogs}::oid[]) v (oid))"
)

_SHARE = MODES.index("ShareLock")  # the weakest under which an index is made
_EXCLUSIVE = MODES.index("AccessExclusiveLock")
_RENAMING = MODES.index("ShareUpdateExclusiveLock")  # under which an index gets another name
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
    is_renaming: bool = True
    wal: int = 0
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Index:
    name: str
    file: int


_Indexes = dict[int, dict[int, _Index]]  # OID of the table to those of its indexes


@dataclass(frozen=True, slots=True)
class _State:
    """What the server says of itself and of the session.

    Attributes:
        seconds: since the message arrived.
        is_counting: it counts scans and rows.
        wal: where the write-ahead log ends, in bytes.
        horizon: every transaction before this one had ended.
        renamed: rows of pg_type and pg_namespace that were changed.
        touched: rows of each of `CATALOGS`, in their order, as the server prints it.
    """

    seconds: float = 0.0
    is_counting: bool = True
    wal: int = 0
    horizon: int = 0
    renamed: int = 0
    touched: tuple[str, ...] = ()


@dataclass(slots=True)
class Observer:
    """The relations that were there before a script, and what was last seen of them.

    Attributes:
        conn: the session that runs the scripts; until `forget` no other changes a relation.
        relations: by OID, under the names that they had.
    """

    conn: Connection
    relations: dict[int, Relation] = field(default_factory=dict[int, Relation])
    _files: dict[int, int] = field(default_factory=dict[int, int])
    _scans: dict[int, int] = field(default_factory=dict[int, int])
    _indexes: _Indexes = field(default_factory=_Indexes)
    _held: dict[int, int] = field(default_factory=dict[int, int])
    _tables: dict[int, int] = field(default_factory=dict[int, int])  # of an index
    _state: _State = field(default_factory=_State)
    _horizon: int | None = None  # of the last reading of relations; None: none that counts

    def questions(self) -> tuple[str, ...]:
        """What is asked behind each statement."""
        catalogs = "{" + ",".join(map(str, CATALOGS.values())) + "}"
        return compose(self.conn, _STATE, catalogs=catalogs), _HELD

    def start(self, opening: str) -> None:
        """Take what is there before a script.

        What this session alone has changed since the last time is read, unless something may
        have gone that was not looked at.

        Args:
            opening: statements that come first.
        """
        state, _ = self.questions()
        is_all = self._horizon is None
        since = str((self._horizon or 0) % 2**32)
        relations = _RELATIONS if is_all else _RELATIONS + compose(self.conn, _RECENT, since=since)
        (row,), rows = ask(self.conn, *filter(None, (opening,)), state, relations)[-2:]
        found = _state(row)
        if not is_all and (
            found.touched != self._state.touched or not any(map(int, found.touched))
        ):
            is_all = True
            (rows,) = ask(self.conn, _RELATIONS)
        if is_all:
            self.relations, self._files, self._tables, self._indexes = {}, {}, {}, {}
        self._scans = {int(row[0] or 0): int(row[6] or 0) for row in rows}
        for row in rows:
            self._meet(row)
        self._held, self._state, self._horizon = {}, found, found.horizon

    def forget(self) -> None:
        """Read all anew before the next script."""
        self._horizon = None

    def resume(self, opening: str) -> None:
        """Begin another transaction of the same script.

        Args:
            opening: statements that come first.
        """
        state, _ = self.questions()
        (row,), rows = ask(self.conn, *filter(None, (opening,)), state, _SCANNED)[-2:]
        self._scans = {int(oid or 0): int(count or 0) for oid, count in rows}
        self._held, self._state = {}, _state(row)

    def _meet(self, row: tuple[str | None, ...]) -> None:
        """Take a relation or an index that is there."""
        oid, schema, name, relkind, file, table, _ = row
        number = int(oid or 0)
        self.relations.pop(number, None)
        if table is not None:
            self._tables[number] = int(table)
            found = self._indexes.setdefault(int(table), {})
            found[number] = _Index(name or "", int(file or 0))
        elif _is_counted(schema or ""):
            self.relations[number] = Relation(schema or "", name or "", relkind or "", number)
            self._files[number] = int(file or 0)

    def look(self, answers: Sequence[Rows], *, is_undone: bool = False) -> Seen:
        """What changed in this transaction since the last look.

        Args:
            answers: to `questions`.
            is_undone: something was taken back.
        """
        (row,), rows = answers
        before, self._state = self._state, _state(row)
        if is_undone:
            self.forget()
        is_known = self._state.is_counting and not is_undone
        catalogs = _written(before, self._state) if is_known else frozenset(CATALOGS)
        held: dict[int, int] = {}
        files: dict[int, int | None] = {}
        scans: dict[int, int] = {}
        for oid_text, mode, file, count in rows:
            oid = int(oid_text or 0)
            held[oid] = max(held.get(oid, 0), MODES.index(mode or ""))
            files[oid] = None if file is None else int(file)
            if oid in self.relations:
                scans[oid] = int(count or 0)
        raised = {oid: mode for oid, mode in held.items() if mode > self._held.get(oid, -1)}
        is_filed = not _FILED.isdisjoint(catalogs)
        is_moved = is_undone or (is_filed and self._is_of_indexes(files, raised))
        indexes = self._indexes_under(held) if is_moved else {}
        own = {oid: file for oid, file in files.items() if file and oid in self.relations}
        locks = self._locks(raised, held)  # an index that is new keeps nobody from its table
        seen = self._compare(own, indexes, scans)
        self._held = held
        unobserved: frozenset[Aspect] = (
            frozenset() if self._state.is_counting else frozenset({"scans"})
        )
        return Seen(
            locks,
            *seen,
            unobserved,
            self._state.seconds,
            catalogs,
            not is_known or self._state.renamed != before.renamed,
            self._state.wal - before.wal,
        )

    def with_scans(self, seen: Seen, whole: Collection[int], by_index: Collection[int]) -> Seen:
        """With scans of some relations too, and without those of others.

        Args:
            seen: what was counted.
            whole: what is read, as far as it was there before the script.
            by_index: what an index finds rows of.
        """
        if "scans" in seen.unobserved or not (whole or by_index):
            return seen
        found = {self.relations[oid] for oid in whole if oid in self.relations}
        kept = (each for each in seen.scans if each.oid not in by_index)
        return replace(seen, scans=tuple(sorted(found.union(kept))))

    def _is_of_indexes(self, files: Mapping[int, int | None], raised: Mapping[int, int]) -> bool:
        """Whether an index may be new, gone, renamed or another file: it is locked then."""
        for oid, file in files.items():
            table = self._tables.get(oid)
            known = None if table is None else self._indexes.get(table, {}).get(oid)
            if known is not None:
                is_named = raised.get(oid, -1) >= _RENAMING
                if is_named or known.file != (file or 0):
                    return True
            elif oid not in self.relations and oid in raised:
                return True
        return False

    def look_again(self, modes: Mapping[int, str]) -> Seen:
        """What a statement changed that ran alone.

        Args:
            modes: the strongest lock that it was seen with, by OID.
        """
        state, _ = self.questions()
        (row,), rows, indexes = ask(self.conn, state, _COUNTED, _ALL_INDEXES)
        before, self._state = self._state, _state(row)
        self.forget()
        found = {int(row[0] or 0): row for row in rows}
        files = {oid: int(row[1] or 0) for oid, row in found.items() if oid in self.relations}
        scans = {oid: int(row[2] or 0) for oid, row in found.items() if oid in self.relations}
        held = {oid: MODES.index(mode) for oid, mode in modes.items()}
        # With CONCURRENTLY an index is locked when no query knows of it any more.
        strong = {o: m for o, m in held.items() if held.get(self._tables.get(o, o), 0) >= _SHARE}
        weak = {oid: mode for oid, mode in held.items() if oid in self.relations}
        locks = self._locks({**weak, **strong}, held)
        seen = self._compare(files, _indexes(indexes), scans)
        is_counted = self._state.is_counting and self.conn.info.server_version >= 150000
        unobserved: set[Aspect] = set() if is_counted else {"scans"}
        if not locks:
            unobserved.add("locks")
        rewrites, rebuilt, scanned = seen
        return Seen(
            locks,
            rewrites,
            rebuilt,
            scanned if is_counted else (),
            frozenset(unobserved),
            wal=self._state.wal - before.wal,
        )

    def forget_scans(self) -> None:
        """Begin to count from now, outside a transaction."""
        state, _ = self.questions()
        (row,), rows = ask(self.conn, state, _COUNTED)
        self._state = _state(row)
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
        self._tables.update((oid, table) for table, found in indexes.items() for oid in found)
        self._scans.update(scans)
        return self._named(rewritten), tuple(sorted(rebuilt)), self._named(scanned)

    def _locks(self, raised: Mapping[int, int], held: Mapping[int, int]) -> tuple[Lock, ...]:
        """Those that are raised, with the indexes that are locked more than their tables."""
        indexes: dict[int, list[str]] = {}
        for oid, mode in raised.items():
            table = self._tables.get(oid)
            known = self._indexes.get(table or 0, {}).get(oid)
            if known is not None and mode == _EXCLUSIVE and held.get(table or 0, 0) < _EXCLUSIVE:
                indexes.setdefault(table or 0, []).append(known.name)
        found = [
            Lock(self.relations[oid], MODES[held.get(oid, 0)], tuple(sorted(indexes.get(oid, ()))))
            for oid in {**raised, **indexes}
            if oid in self.relations
        ]
        return tuple(sorted(found, key=lambda each: each.relation))

    def _named(self, oids: Iterable[int]) -> tuple[Relation, ...]:
        return tuple(sorted(self.relations[oid] for oid in oids))


def _state(row: tuple[str | None, ...]) -> _State:
    spent, track_counts, wal, horizon, renamed, touched = (each or "" for each in row)
    counts = tuple(touched.strip("{}").split(","))
    is_counting = track_counts == "on"
    return _State(float(spent), is_counting, int(wal), int(horizon), int(renamed), counts)


def _is_counted(schema: str) -> bool:
    """Whether it is a schema that a snapshot reads, as `is_ours`."""
    return not schema.startswith("pg_") and schema not in {"information_schema", "pgmig"}


def _written(old: _State, new: _State) -> frozenset[Catalog]:
    """The catalogs of which more rows have been touched."""
    pairs = zip(CATALOGS, old.touched, new.touched, strict=True)
    return frozenset(name for name, before, now in pairs if before != now)


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
