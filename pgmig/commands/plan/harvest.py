"""Harvest: the rows that each statement of a script writes in a shadow database.

They are read in the session that runs the script, within a savepoint that is taken back, by TID
ranges: a sequential scan would count as one of the script's (monitoring-stats.html).
"""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString

from pgmig.commands.plan.keys import FIRES, Key, keys_of
from pgmig.db import Connection
from pgmig.db.execute import ServerFault, answer, compose, fetch, run
from pgmig.db.fragments import is_ours
from pgmig.ddl import qualified
from pgmig.scripts import Piece
from pgmig.shadow.trace import StatementTrace

# Names and expressions in a query are quoted, or come from the server's own deparser.
# ruff: noqa: S608

MOST = 100_000
"""Rows of one statement and key that are held against the target."""

# First words of statements that write no rows, whatever functions do that they call.
_OF_SCHEMA = frozenset(
    {"ALTER", "COMMENT", "CREATE", "DROP", "GRANT", "LOCK", "REVOKE", "SECURITY"}
    | {"RESET", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET", "SHOW"}
)

_SEQUENCES: LiteralString = (
    "SELECT s.seqrelid, s.seqstart, s.seqincrement, pg_catalog.pg_sequence_last_value(s.seqrelid)"
    " FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid WHERE "
    + is_ours("c.relnamespace")
)
# Of what the transaction has locked; the top transaction's number is the least of its own.
_LOCKED: LiteralString = (
    "SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text,"
    " pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid),"
    " pg_catalog.pg_stat_get_xact_tuples_updated(c.oid),"
    " pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid),"
    " CASE WHEN c.relkind = 'S' AND pg_catalog.has_sequence_privilege(c.oid, 'SELECT')"
    " THEN pg_catalog.pg_sequence_last_value(c.oid) END,"
    " pg_catalog.pg_current_xact_id_if_assigned()::text"
    " FROM (SELECT DISTINCT relation FROM pg_catalog.pg_locks WHERE locktype = 'relation'"
    " AND pid = pg_catalog.pg_backend_pid() AND granted AND relation >= 16384) l"
    " JOIN pg_catalog.pg_class c ON c.oid = l.relation"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'S') AND " + is_ours("c.relnamespace")
)
# Triggers of INSERT (4), DELETE (8) and UPDATE (16), as in pg_trigger.h, those of partitions too; a
# function in C refuses nothing. One for each statement (without 1) is of no row.
_TRIGGERS: LiteralString = (
    "SELECT DISTINCT t.tgname::text, p.prosrc,"
    " CASE WHEN t.tgtype & 1 = 1 THEN t.tgtype & {events} ELSE 0 END,"
    " ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a"
    " WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr::int2[]))"
    " FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid"
    " JOIN pg_catalog.pg_language l ON l.oid = p.prolang,"
    " pg_catalog.to_regclass(pg_catalog.format('%I.%I', {schema}::text, {name}::text)) c"
    " WHERE NOT t.tgisinternal AND l.lanname NOT IN ('internal', 'c') AND " + FIRES + ""
    " AND t.tgtype & {events} <> 0 AND (t.tgrelid = c OR t.tgrelid IN"
    " (SELECT r.relid FROM pg_catalog.pg_partition_tree(c) r)) ORDER BY 1"
)
_EVENTS = {"Insert": 4, "Update": 16, "Delete": 8, "Merge": 28}

_BEGIN = "SAVEPOINT pgmig_plan;SET LOCAL search_path='';SET LOCAL DateStyle='ISO'"
_END = "ROLLBACK TO SAVEPOINT pgmig_plan;RELEASE SAVEPOINT pgmig_plan"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A value that a sequence gave.

    Attributes:
        sequence: its OID.
        place: how many it gave before, since the first script.
        value: what it gave.
    """

    sequence: int
    place: int
    value: str


Value = str | None | Drawn


@dataclass(frozen=True, slots=True)
class Keyed:
    """Values of one key in rows that a statement wrote.

    Attributes:
        key: which.
        types: of its columns.
        rows: their values, as text; of a foreign key each once, and none of one that is off.
        places: of these rows in the table; empty of a foreign key.
        is_cut: there are more.
        made: those of a foreign key that point at rows which the scripts wrote.
    """

    key: Key
    types: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    places: tuple[str, ...]
    is_cut: bool
    made: frozenset[tuple[Value, ...]] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """What a statement does to a relation, as EXPLAIN has it.

    Attributes:
        operation: `Insert`, `Update`, `Delete` or `Merge`; "" where it reads.
        schema: of the relation.
        name: of the relation.
        arbiters: unique indexes of an ON CONFLICT.
        resolution: NOTHING or UPDATE, with ON CONFLICT; else "".
    """

    operation: str
    schema: str
    name: str
    arbiters: frozenset[str] = frozenset()
    resolution: str = ""


@dataclass(frozen=True, slots=True)
class Fired:
    """A trigger that fires for rows of a statement.

    Attributes:
        name: of the trigger.
        schema: of the relation.
        relation: its name.
        body: of its function.
        is_of_inserts: it fires for new rows.
        is_of_changes: it fires for rows that are changed or deleted; one for each statement for
            neither.
        columns: of an UPDATE OF.
    """

    name: str
    schema: str
    relation: str
    body: str
    is_of_inserts: bool
    is_of_changes: bool
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Written:
    """What one statement wrote.

    Attributes:
        number: of the statement.
        inserted: rows by OID of their table; those that were changed there are not among them.
        changed: OIDs of tables of which it changed or deleted rows.
        keys: what these rows must meet.
        parts: what its plan has; None where it has none.
        triggers: those that fire for its rows.
        unseen: why its rows could not be looked at; "" where they were.
    """

    number: int
    inserted: Mapping[int, int]
    changed: frozenset[int]
    keys: tuple[Keyed, ...]
    parts: tuple[Part, ...] | None
    triggers: tuple[Fired, ...] = ()
    unseen: str = ""


def is_writing(piece: Piece) -> bool:
    """Whether a statement may write rows."""
    first = piece.words[0] if piece.words else ""
    return bool(first) and first not in _OF_SCHEMA


@dataclass(slots=True)
class _Sequence:
    """What one has given: `start` before the script, `place` values before that."""

    step: int
    first: int
    place: int = 0
    last: int | None = None

    def place_of(self, value: int) -> int | None:
        """Which of its values this is; None: it has not given it in this script."""
        if self.last is None:
            return None
        at, rest = divmod(value - self.first, self.step)
        is_given = not rest and 0 <= at <= (self.last - self.first) // self.step
        return self.place + at if is_given else None


@dataclass(slots=True)
class Harvest:
    """What was seen of the scripts so far.

    Attributes:
        conn: a session of the shadow database, as a role that may do everything.
        since: number of the first transaction of the scripts.
        pieces: of the script that runs.
        written: by it.
    """

    conn: Connection
    since: int
    pieces: dict[int, Piece] = field(default_factory=dict[int, Piece])
    written: dict[int, Written] = field(default_factory=dict[int, Written])
    _sequences: dict[int, _Sequence] = field(default_factory=dict[int, _Sequence])
    _counts: dict[int, tuple[int, int, int]] = field(
        default_factory=dict[int, tuple[int, int, int]]
    )
    _transaction: int = 0
    _mark: int = -1  # the last command of which rows were seen

    @classmethod
    def of(cls, conn: Connection) -> "Harvest":
        """An empty one."""
        ((since,),) = fetch(
            conn,
            "SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint",
        )
        return cls(conn, since)

    def begin(self, pieces: Iterator[Piece]) -> None:
        """Begin a script, or try it once more: what sequences gave to a try that failed is gone."""
        self.pieces = {n: each for n, each in enumerate(pieces, start=1) if is_writing(each)}
        self._transaction = 0
        if not self.pieces:
            return
        for oid, start, step, last in fetch(self.conn, _SEQUENCES):
            first = start if last is None else last + step
            known = self._sequences.get(oid)
            place = known.place if known else 0
            self._sequences[oid] = _Sequence(step, first, place)

    def end(self) -> tuple[Written, ...]:
        """What the script wrote that came to its end."""
        for each in self._sequences.values():
            if each.last is not None:
                each.place += (each.last - each.first) // each.step + 1
        found = tuple(self.written[number] for number in sorted(self.written))
        self.written = {}
        return found

    def see(self, session: Connection, trace: StatementTrace, number: int) -> None:
        """Look at what a statement has written, before its transaction ends."""
        piece = self.pieces.get(number)
        if trace.is_alone or not self.pieces or (piece is None and not trace.rewrites):
            return
        try:
            with _aside(session):
                self._look(session, trace, number, piece)
        except _NotSeenError as error:
            self.written[number] = Written(number, {}, frozenset(), (), None, unseen=str(error))

    def _look(
        self, session: Connection, trace: StatementTrace, number: int, piece: Piece | None
    ) -> None:
        rows = _rows(session, _LOCKED)
        transaction = next((int(row[8]) for row in rows if row[8]), 0)
        if transaction != self._transaction:
            self._transaction, self._mark, self._counts = transaction, -1, {}
        tables = dict[int, str]()
        inserted, changed = dict[int, int](), set[int]()
        for oid, schema, name, kind, *counts, last, _ in rows:
            if kind == "S":
                if last is not None and oid in self._sequences:
                    self._sequences[oid].last = self._moved(oid, last)
                continue
            before = self._counts.get(oid, (0, 0, 0))
            new, *other = (now - then for now, then in zip(counts, before, strict=True))
            self._counts[oid] = (counts[0], counts[1], counts[2])
            tables[oid] = qualified(schema, name)
            if new > 0:
                inserted[oid] = new
            if any(other):
                changed.add(oid)
        rewritten = {each.oid for each in trace.rewrites} & tables.keys()
        marks = [self._last(session, tables[oid]) for oid in {*inserted, *rewritten}]
        if piece is not None:
            keys = [keyed for oid in inserted for keyed in self._keys(session, oid, tables[oid])]
            added = (each for each in rows if each[0] in inserted)
            parts: tuple[Part, ...] | None = tuple(Part("Insert", *each[1:3]) for each in added)
            if piece.words[0] != "COPY":
                parts = _parts(session, piece)
            fired = tuple(_fired(session, parts or ()))
            self.written[number] = Written(
                number, inserted, frozenset(changed), tuple(keys), parts, fired
            )
        self._mark = max([self._mark, *marks])

    def _moved(self, oid: int, last: int) -> int | None:
        """What it has given last, where it has given anything in this script."""
        each = self._sequences[oid]
        return last if (last - each.first) // each.step >= 0 else each.last

    def _last(self, session: Connection, table: str) -> int:
        """The last command that wrote a row of a table in this transaction."""
        ((found,),) = _rows(
            session, f"SELECT max(cmin::text::bigint) FROM ONLY {table} WHERE {self._own()}"
        )
        return -1 if found is None else int(found)

    def _own(self) -> str:
        """A condition: the row is one of this transaction."""
        return f"ctid >= '(0,0)' AND xmin::text::bigint >= {self._transaction % 2**32}"

    def _keys(self, session: Connection, oid: int, table: str) -> Iterator[Keyed]:
        for key in keys_of(session, oid):
            named = [f"({each})" for each in key.expressions]
            values = ", ".join(f"{each}::text" for each in named)
            types = ", ".join(f"pg_catalog.pg_typeof({each})::text" for each in named)
            where = f" AND ({key.predicate})" if key.predicate else ""
            if not key.is_null_equal:
                where += "".join(f" AND {each} IS NOT NULL" for each in named)
            rows = _rows(
                session,
                f"SELECT ARRAY[{values}], ARRAY[{types}], ctid::text FROM ONLY {table}"
                f" WHERE {self._own()} AND cmin::text::bigint > {self._mark}{where}"
                f" LIMIT {MOST + 1}",
            )
            if not rows:
                continue
            if key.is_off:
                yield Keyed(key, (), (), (), is_cut=False)
                continue
            found = [self._values(key, values) for values, _, _ in rows[:MOST]]
            is_parent = key.sort == "parent"
            made = self._made(session, key, table, where) if is_parent else ()
            yield Keyed(
                key,
                tuple(rows[0][1]),
                tuple(dict.fromkeys(found) if is_parent else found),
                () if is_parent else tuple(place for _, _, place in rows[:MOST]),
                len(rows) > MOST,
                frozenset(self._values(key, values) for values in made),
            )

    def _values(self, key: Key, values: list[str | None]) -> tuple[Value, ...]:
        return tuple(map(self._value, key.sequences, values))

    def _value(self, oid: int, value: str | None) -> Value:
        sequence = self._sequences.get(oid)
        if sequence is None or value is None or not value.lstrip("-").isdigit():
            return value
        place = sequence.place_of(int(value))
        return value if place is None else Drawn(oid, place, value)

    def _made(
        self, session: Connection, key: Key, table: str, where: str
    ) -> Iterator[list[str | None]]:
        """Values of a foreign key that point at a row which the scripts wrote."""
        ((parent, names),) = _rows(
            session,
            compose(
                session,
                "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname),"
                " ARRAY(SELECT pg_catalog.quote_ident(a.attname)::text FROM"
                " pg_catalog.unnest({columns}::int[]) WITH ORDINALITY u(k, at)"
                " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.k"
                " ORDER BY at) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                " ON n.oid = c.relnamespace WHERE c.oid = {oid}",
                columns=list(key.target_columns),
                oid=key.target,
            ),
        )
        values = ", ".join(f"pgmig_c.{each}::text" for each in key.expressions)
        met = " AND ".join(
            f"pgmig_p.{name} {operator} pgmig_c.{each}"
            for name, operator, each in zip(names, key.operators, key.expressions, strict=True)
        )
        own = self._own().replace("ctid", "pgmig_c.ctid").replace("xmin", "pgmig_c.xmin")
        for (found,) in _rows(
            session,
            f"SELECT DISTINCT ARRAY[{values}] FROM ONLY {table} pgmig_c JOIN {parent} pgmig_p"
            f" ON {met} WHERE {own} AND pgmig_p.xmin::text::bigint >= {self.since % 2**32}"
            f" AND pgmig_p.ctid >= '(0,0)'{''.join(where)} LIMIT {MOST}",
        ):
            yield found


@contextmanager
def _aside(session: Connection) -> Generator[None]:
    """Settings of our own, and nothing that stays."""
    run(session, _BEGIN)
    try:
        run(session, "SET LOCAL enable_seqscan=off;SET LOCAL row_security=off;SET LOCAL jit=off")
        yield
    finally:
        run(session, _END)


class _NotSeenError(Exception):
    """A query of ours was refused."""


def _rows(session: Connection, query: str) -> list[tuple[Any, ...]]:
    found = answer(session, query)
    if isinstance(found, ServerFault):
        raise _NotSeenError(found.message)
    return found


def _parts(session: Connection, piece: Piece) -> tuple[Part, ...] | None:
    """What the plan of a statement has; None where it has none."""
    found = answer(session, f"EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) {piece.sql}")
    if isinstance(found, ServerFault):
        run(session, "ROLLBACK TO SAVEPOINT pgmig_plan")
        return None
    # Of a utility statement it is a text that says so.
    plans: list[dict[str, Any]] = [
        plan for (each,) in found for plan in each if not isinstance(plan, str)
    ]
    return tuple(part for plan in plans for part in _of_plan(plan.get("Plan", {})))


def _fired(session: Connection, parts: tuple[Part, ...]) -> Iterator[Fired]:
    """Triggers that fire for rows of a statement."""
    for part in dict.fromkeys(parts):
        events = _EVENTS.get(part.operation, 0) | 16 * (part.resolution == "UPDATE")
        if not events:
            continue
        query = compose(session, _TRIGGERS, events=events, schema=part.schema, name=part.name)
        for name, body, met, columns in _rows(session, query):
            names = frozenset[str](columns if met == 16 else ())
            yield Fired(
                name,
                part.schema,
                part.name,
                body,
                is_of_inserts=bool(met & 4),
                is_of_changes=bool(met & 24),
                columns=names,
            )


def words_of(sql: str) -> set[str]:
    """All words of a text, those in strings too, in lower case."""
    return set("".join(c if c.isalnum() or c == "_" else " " for c in sql.lower()).split())


def _of_plan(node: dict[str, Any]) -> Iterator[Part]:
    if "Relation Name" in node:
        is_writing = node.get("Node Type") == "ModifyTable"
        yield Part(
            node.get("Operation", "") if is_writing else "",
            node.get("Schema", ""),
            node["Relation Name"],
            frozenset(node.get("Conflict Arbiter Indexes", ())),
            node.get("Conflict Resolution", ""),
        )
    for each in node.get("Plans", ()):
        yield from _of_plan(each)
