"""A law of scripts that write rows: up gives the one side, down the other, whatever they are."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from pgmig import db
from pgmig.db.copying import texts
from pgmig.db.execute import fetch, run
from pgmig.errors import ServerRefused
from pgmig.seeds.changes import all_tables, compare, dependents, differing, reading_rows
from pgmig.seeds.drafting import Drafted, draft
from pgmig.seeds.part import ON_CONFLICT, OnConflict
from pgmig.seeds.script import Half
from pgmig.seeds.sorting import orders

SCHEMA = """
    CREATE TYPE mood AS ENUM ('so, so', 'glad');
    CREATE TABLE p (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, u text UNIQUE, n numeric, j json,
        at timestamptz, m mood, base int REFERENCES p,
        twice numeric GENERATED ALWAYS AS (n * 2) STORED
    );
    CREATE TABLE c (
        a text, b int, p int REFERENCES p, v interval[] NOT NULL DEFAULT '{}', w bytea,
        PRIMARY KEY (a, b)
    );
"""
TABLES = ("p (id, u, n, j, at, m, base)", "c (a, b, p, v, w)")
ORDINARY = ("23503", "23505")  # no order of writing works

Row = tuple[str | None, ...]
P = st.tuples(
    st.sampled_from([None, "", "x", "y", "Y"]),
    st.sampled_from([None, "1.0", "1.00", "NaN", "-0.5", "1e30"]),
    st.sampled_from([None, "{}", "{ }", '"\\\\ \'"']),
    st.sampled_from([None, "infinity", "2020-10-25 00:30:00+00", "0044-03-15 00:00:00+00 BC"]),
    st.sampled_from([None, "so, so", "glad"]),
    st.integers(0, 4),
)
C = st.tuples(
    st.integers(0, 4),
    st.sampled_from(["{}", '{"1 mon"}', '{"30 days",NULL}']),
    st.sampled_from([None, "\\x", "\\x00ff"]),
)
KEYS = st.tuples(st.sampled_from(["", "a", "$pgmig$", "é, '\n"]), st.integers(-1, 1))
SIDE = st.tuples(
    st.dictionaries(st.integers(0, 4), P, max_size=4), st.dictionaries(KEYS, C, max_size=4)
)


def rows_of(side: tuple[dict[int, Row], dict[tuple[str, int], Row]]) -> tuple[list[Row], list[Row]]:
    """The rows of both tables; unique and referring values that cannot be are NULL."""
    parents, children = side
    found: list[Row] = []
    seen: set[str | None] = {None}
    for number, (u, *rest, base) in parents.items():
        found.append((str(number), None if u in seen else u, *rest, referred(base, parents)))
        seen.add(u)
    others = [(a, str(b), referred(p, parents), *more) for (a, b), (p, *more) in children.items()]
    return found, others


def referred(number: object, parents: dict[int, Row]) -> str | None:
    return str(number) if number in parents else None


@dataclass(frozen=True)
class Sides:
    """Sessions in three databases of one schema: what is, what should be, and one to try it in."""

    old: db.Connection
    new: db.Connection
    trial: db.Connection

    def fill(self, conn: db.Connection, rows: tuple[list[Row], list[Row]]) -> None:
        run(conn, "BEGIN; SET LOCAL session_replication_role = replica; TRUNCATE p, c")
        for table, found in zip(TABLES, rows, strict=True):
            marks = ", ".join(["%s"] * (table.count(",") + 1))
            for row in found:
                text = f"INSERT INTO {table} OVERRIDING SYSTEM VALUE VALUES ({marks})"
                conn.execute(text.encode(), row)
        run(conn, "COMMIT")

    def drafted(self) -> Drafted:
        with reading_rows(self.old), reading_rows(self.new):
            tables = all_tables(self.old)
            found = [
                compare(self.old, self.new, table, table.keys[0])
                for table in differing(self.old, self.new, tables)
            ]
            return draft(found, {}, dependents(self.old, tables), tables.values())

    def run(self, drafted: Drafted, mode: OnConflict) -> bool:
        """Run one way in the first order that works; false where none does."""
        for order in orders(drafted.parts):
            half = Half(drafted.parts, order, mode, (), drafted.deferred, ("a law",))
            try:
                run(self.trial, f"BEGIN; {half.text} COMMIT")
            except ServerRefused as error:
                run(self.trial, "ROLLBACK")
                if error.sqlstate not in ORDINARY:
                    raise
            else:
                return True
        return False


def held(conn: db.Connection) -> list[list[Row]]:
    queries = ("SELECT * FROM p ORDER BY id", 'SELECT * FROM c ORDER BY a COLLATE "C", b')
    return [[*texts(conn, query)] for query in queries]


@pytest.fixture
def sides(make_database: Callable[[], str]) -> Iterator[Sides]:
    with ExitStack() as stack:
        conns = [stack.enter_context(closing(db.connect(make_database()))) for _ in range(3)]
        for conn in conns:
            fetch(conn, SCHEMA)
        yield Sides(*conns)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(old=SIDE, new=SIDE, mode=st.sampled_from(ON_CONFLICT))
def test_up_gives_the_one_side_and_down_the_other(
    sides: Sides,
    old: tuple[dict[int, Row], dict[tuple[str, int], Row]],
    new: tuple[dict[int, Row], dict[tuple[str, int], Row]],
    mode: OnConflict,
) -> None:
    for conn, side in ((sides.old, old), (sides.new, new), (sides.trial, old)):
        sides.fill(conn, rows_of(side))
    there = sides.drafted()
    is_done = sides.run(there, mode)
    event(f"up: {is_done}")
    if not is_done:
        return
    assert held(sides.trial) == held(sides.new)
    is_done = sides.run(there.back, mode)
    event(f"down: {is_done}")
    assert held(sides.trial) == held(sides.old if is_done else sides.new)
