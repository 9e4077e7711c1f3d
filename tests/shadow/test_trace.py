"""What a statement locks, rewrites and scans is what PostgreSQL's manual says of it."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pgmig import db
from pgmig.errors import StatementFailed
from pgmig.model import Hazard, ObjectKey
from pgmig.scripts import Half, Header
from pgmig.scripts.directory import make_half
from pgmig.shadow.trace import Lock, Trace, Tracer, run_traced, trace_lines
from tests.fixtures.servers import Program, Server
from tests.shadow.statements import LINES, SETUP, SETUP_SINCE, Line

SHORT = {
    "AccessShareLock": "AS",
    "RowShareLock": "RS",
    "RowExclusiveLock": "RX",
    "ShareUpdateExclusiveLock": "SUX",
    "ShareLock": "S",
    "ShareRowExclusiveLock": "SRX",
    "ExclusiveLock": "X",
    "AccessExclusiveLock": "AX",
}

OTHER = "other"  # a schema and a tablespace


@dataclass(frozen=True)
class Place:
    """A database to run halves of scripts on."""

    url: str
    major: int

    def reset(self, conn: db.Connection | None = None) -> None:
        later = "".join(sql for since, sql in SETUP_SINCE.items() if self.major >= since)
        schemas = f"DROP SCHEMA IF EXISTS public, late, {OTHER} CASCADE; CREATE SCHEMA {OTHER};"
        made = f"{schemas} CREATE SCHEMA public; {SETUP} {later} RESET TimeZone"
        with nullcontext(conn) if conn else closing(db.connect(self.url)) as session:
            session.execute(made.encode())

    def traced(self, sql: str, *directives: str) -> Trace:
        return run_traced(self.url, half(sql, *directives))

    def told(self, sql: str, *directives: str) -> str:
        """What was seen of the last statement, in short."""
        return summary(self.traced(sql, *directives))


@pytest.fixture
def place(database: str, server: Server) -> Place:
    place = Place(database, server.major)
    place.reset()
    return place


@pytest.fixture
def tablespace(place: Place) -> Iterator[str]:
    """A tablespace on the server, for as long as the test takes."""
    name = OTHER
    with closing(db.connect(place.url)) as conn:
        conn.execute(b"SET allow_in_place_tablespaces = on")
        conn.execute(f"CREATE TABLESPACE {name} LOCATION ''".encode())
        yield name
        place.reset()
        conn.execute(f"DROP TABLESPACE {name}".encode())


def half(sql: str, *directives: str) -> Half:
    head = "".join(f"-- pgmig: {each}\n" for each in directives)
    return make_half(Path("0001_try.up.sql"), head + sql)


def summary(trace: Trace) -> str:
    """As `Line` has it; ACCESS SHARE, which all that reads takes, is left out."""
    seen = trace.statements[-1]
    locks = sorted(
        (each for each in seen.locks if each.mode != "AccessShareLock" or each.indexes),
        key=lambda each: (-each.strength, each.relation),
    )
    parts = [", ".join(map(in_short, locks))]
    parts += [f"rewrites {' '.join(each.name for each in seen.rewrites)}"] * bool(seen.rewrites)
    parts += [f"rebuilds {' '.join(name for _, name in seen.rebuilt)}"] * bool(seen.rebuilt)
    parts += [f"scans {' '.join(each.name for each in seen.scans)}"] * bool(seen.scans)
    return "; ".join(part for part in parts if part)


def in_short(lock: Lock) -> str:
    indexes = ", ".join(lock.indexes)
    return f"{SHORT[lock.mode]} {lock.relation.name}" + f" (AX {indexes})" * bool(indexes)


def lines(server: Server, *, is_alone: bool = False) -> list[Line]:
    """Those of a major."""
    return [
        each
        for each in LINES
        if each.since <= server.major < each.before and each.is_alone == is_alone
    ]


def disagreements(place: Place, table: Iterable[Line], *directives: str) -> list[str]:
    """Where what was seen is not what a line says; each on tables that it alone has changed."""
    found: list[str] = []
    with ExitStack() as stack:
        conn = stack.enter_context(closing(db.connect(place.url)))
        tracer = Tracer(place.url, stack)
        for line in table:
            place.reset(conn)
            tracer.forget()
            told = summary(tracer.run(half(line.sql, *directives)))
            if told != line.says:
                found.append(f"{line.sql}: {told!r}, not {line.says!r} ({line.section})")
    return found


def test_each_line_of_the_table_names_its_section_of_the_manual() -> None:
    assert [each.sql for each in LINES if not each.section or not each.sentence] == []
    known = {(each.sql, each.since, each.before) for each in LINES}
    assert len(known) == len(LINES)
    for major in (14, 15, 16, 17, 18):
        said = [e for e in LINES if e.since <= major < e.before and not e.beyond]
        assert len(said) >= 140


@pytest.mark.usefixtures("tablespace")
def test_what_is_seen_in_a_transaction_is_what_the_manual_says(
    place: Place, server: Server
) -> None:
    assert disagreements(place, lines(server)) == []


def test_a_script_without_a_transaction_shows_the_same(place: Place, server: Server) -> None:
    """One line of each section."""
    outside = {
        each.section: each
        for each in lines(server)
        if not each.sql.startswith("LOCK") and "TABLESPACE" not in each.sql
    }
    assert disagreements(place, outside.values(), "transaction=off") == []


def test_what_no_transaction_may_hold_is_watched_while_it_runs(
    place: Place, server: Server
) -> None:
    """14 does not tell its scans in time."""
    table = lines(server, is_alone=True)
    if server.major < 15:
        table = [replace(each, says=each.says.partition("; scans")[0]) for each in table]
    assert disagreements(place, table * 2, "transaction=off") == []


@pytest.mark.pg("< 15")
def test_scans_that_14_does_not_tell_in_time_are_called_unobserved(place: Place) -> None:
    trace = place.traced("CREATE INDEX CONCURRENTLY o_day ON o (day)", "transaction=off")
    assert trace_lines(trace)[1:] == (
        "-- 1: ShareUpdateExclusiveLock on public.o; unobserved: scans",
    )


def test_locks_that_could_not_be_seen_are_called_unobserved(place: Place) -> None:
    procedure = "AS 'BEGIN COMMIT; END'"
    trace = place.traced(
        f"CREATE PROCEDURE quick() LANGUAGE plpgsql {procedure}; CALL quick()", "transaction=off"
    )
    assert trace.statements[1].is_alone
    assert "locks" in trace.statements[1].unobserved
    assert trace_lines(trace)[1].startswith("-- 2: unobserved: locks")


def test_scans_are_unobserved_where_nobody_counts(place: Place) -> None:
    trace = place.traced("SET track_counts = off; CREATE INDEX ON o (day)")
    assert trace_lines(trace)[1:] == (
        "-- 2: ShareLock on public.o (blocks writes); unobserved: scans",
    )


def test_lines_tell_each_statement_only_what_is_new_with_it(place: Place) -> None:
    trace = place.traced(
        "ALTER TABLE o ADD CHECK (id > 0) NOT VALID;"
        "CREATE TABLE mine (a int); ALTER TABLE mine ALTER a TYPE bigint;"
        "ALTER TABLE o ALTER code TYPE varchar(8);"
        "SELECT count(*) FROM mine;"
        "CREATE INDEX ON c (n); ALTER TABLE c ADD COLUMN a int; LOCK TABLE c"
    )
    assert trace_lines(trace) == (
        "-- trace, by statement:",
        "-- 1: AccessExclusiveLock on public.o (blocks reads and writes)",
        "-- 4: rewrites public.o; scans public.o",
        "-- 6: ShareLock on public.c (blocks writes); scans public.c",
        "-- 7: AccessExclusiveLock on public.c (blocks reads and writes)",
    )


def test_what_touches_nothing_old_says_so_in_one_line(place: Place) -> None:
    assert trace_lines(
        place.traced("CREATE TABLE w AS SELECT 1 AS a; INSERT INTO w VALUES (2)")
    ) == ("-- trace: no lock on what was there before but those of queries, no rewrite, no scan",)


def test_an_empty_database_shows_nothing(database: str) -> None:
    trace = run_traced(database, half("CREATE TABLE w (a int); ALTER TABLE w ADD b int"))
    assert [each.number for each in trace.statements] == [1, 2]
    assert trace.hazards == ()


def test_lines_stay_comments_and_leave_header_and_statements_as_they_are(place: Place) -> None:
    with closing(db.connect(place.url)) as conn:
        conn.execute('CREATE TABLE "a\nDROP TABLE o; --\u2028pgmig: x=y" (a int)')
    sql = 'DROP TABLE "a\nDROP TABLE o; --\u2028pgmig: x=y";\nSELECT 1;\n'
    written = half(sql, "lock_timeout=2s")
    lines = trace_lines(run_traced(place.url, written))
    assert [line for line in lines if len(line.splitlines()) != 1] == []
    again = half("\n".join(lines) + "\n" + sql, "lock_timeout=2s")
    assert again.header == written.header == Header(lock_timeout="2s")
    assert [each.sql for each in again.statements()] == [each.sql for each in written.statements()]


def test_many_relations_of_one_lock_are_counted(place: Place) -> None:
    tables = "".join(f"CREATE TABLE many.t{n} (a int);" for n in range(9))
    with closing(db.connect(place.url)) as conn:
        conn.execute(f"CREATE SCHEMA many; {tables}".encode())
    names = ", ".join(f"many.t{n}" for n in range(6))
    assert trace_lines(place.traced("DROP SCHEMA many CASCADE"))[1] == (
        f"-- 1: AccessExclusiveLock on {names} and 3 more (blocks reads and writes)"
    )


def test_hazards_carry_what_was_seen(place: Place) -> None:
    o = ObjectKey("table", "public", "o")
    trace = place.traced('ALTER TABLE o ALTER code TYPE text COLLATE "C"; REINDEX INDEX o_made')
    assert trace.statements[0].hazards == (
        Hazard("lock", o, "AccessExclusiveLock, blocks reads and writes"),
        Hazard("rewrite", o, "its index o_code was built again"),
        Hazard("scan", o, "it was read whole"),
    )
    assert trace.hazards[3:] == (
        Hazard("rewrite", o, "its index o_made was built again"),
        Hazard("scan", o, "it was read whole"),
    )


def test_a_transaction_may_set_its_isolation_and_go_back_to_a_savepoint(place: Place) -> None:
    trace = place.traced(
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT count(*) FROM o; SAVEPOINT s;"
        "ALTER TABLE p2 SET UNLOGGED; ROLLBACK TO s; ALTER TABLE o DROP label"
    )
    assert trace_lines(trace)[1:] == (
        "-- 2: scans public.o",
        "-- 4: AccessExclusiveLock on public.p2 (blocks reads and writes);"
        " rewrites public.p2; scans public.p2",
        "-- 6: AccessExclusiveLock on public.o (blocks reads and writes)",
    )


def test_rows_of_copy_and_settings_reach_the_server(place: Place, psql: Program) -> None:
    for directives in ((), ("transaction=off",)):
        place.traced(
            "SET search_path = public;\nCOPY c (id, n) FROM STDIN;\n777\t0\n\\.\n", *directives
        )
        counted = psql(place.url, "-Atc", "DELETE FROM c WHERE id = 777 RETURNING id").stdout
        assert counted == "777\n"


@pytest.mark.parametrize("directives", [(), ("transaction=off",)], ids=["whole", "stepwise"])
def test_a_failing_statement_is_told_as_the_engine_tells_it(
    place: Place, directives: tuple[str, ...]
) -> None:
    with pytest.raises(StatementFailed) as failed:
        place.traced("CREATE TABLE w (a int);\nALTER TABLE o\n  DROP nothing;", *directives)
    error = failed.value
    assert (error.sqlstate, error.line - len(directives)) == ("42703", 2)
    assert error.statement == "ALTER TABLE o\n  DROP nothing"


def test_a_check_at_the_end_of_the_transaction_fails_there(place: Place) -> None:
    rows = "INSERT INTO w VALUES (1), (1)"
    table = "CREATE TABLE w (a int, UNIQUE (a) DEFERRABLE INITIALLY DEFERRED)"
    with pytest.raises(StatementFailed) as failed:
        place.traced(f"{table}; {rows}")
    assert (failed.value.sqlstate, failed.value.line) == ("23505", 0)
    with pytest.raises(StatementFailed) as failed:
        place.traced(f"{table};\n{rows}", "transaction=off")
    assert (failed.value.sqlstate, failed.value.line) == ("23505", 3)


def test_a_failing_statement_that_runs_alone_leaves_no_gate_behind(
    place: Place, psql: Program
) -> None:
    sql = "CREATE UNIQUE INDEX CONCURRENTLY twice ON o (day)"
    with pytest.raises(StatementFailed) as failed:
        place.traced(sql, "transaction=off", "lock_timeout=1ms")
    assert failed.value.sqlstate == "23505"
    assert (
        psql(
            place.url,
            "-Atc",
            "SELECT indisvalid FROM pg_index i, pg_class c "
            "WHERE c.oid = i.indexrelid AND c.relname = 'twice'",
        ).stdout
        == "f\n"
    )
    assert place.told("DROP INDEX CONCURRENTLY twice", "transaction=off") == "SUX o"


def test_what_needs_a_transaction_block_fails_without_one(place: Place) -> None:
    with pytest.raises(StatementFailed) as failed:
        place.traced("LOCK TABLE o", "transaction=off")
    assert failed.value.sqlstate == "25P01"
