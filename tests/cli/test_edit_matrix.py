"""The law of rows in versions: what was there, what the file says, what is live.

Each of the three is no row, one value or another: 27 states, for each way to treat conflicts.
"""

import csv
import itertools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.conftest import Ran, Run, write_script
from tests.fixtures.servers import Program, Server

SIGNS = "0AB"  # no row, the one value, the other


class State(NamedTuple):
    """A row: its base, what the file says, what is live."""

    base: str
    file: str
    live: str

    @property
    def key(self) -> str:
        return "".join(self)

    @property
    def is_conflict(self) -> bool:
        return self.base != self.file and self.live not in {self.base, self.file}

    def after(self, mode: str) -> str:
        """What a script leaves."""
        stays = self.base == self.file or (self.is_conflict and mode == "keep")
        return self.live if stays else self.file


STATES = [State(*signs) for signs in itertools.product(SIGNS, repeat=3)]
CONFLICTS = [state for state in STATES if state.is_conflict]


class Live(NamedTuple):
    """A live database with the rows of the base, and the program."""

    url: str
    psql: Program
    pgmig: Run

    def go(self, *words: str) -> Ran:
        return (
            self.pgmig(*words, "--url", self.url, "--yes")
            if "down" in words
            else self.pgmig(*words, "--url", self.url)
        )

    def put(self, rows: Iterable[tuple[str, str]]) -> None:
        """Let an operator make these rows what they are to be."""
        text = ""
        for key, sign in rows:
            text += f"DELETE FROM shop.t WHERE k = '{key}';"
            if sign != "0":
                text += f"INSERT INTO shop.t VALUES ('{key}', '{sign}', 'kept');"
        self.psql(self.url, input=text)

    def half(self) -> str:
        """A row of which two columns change."""
        return self.psql(self.url, "-Atc", "SELECT v, w FROM shop.t WHERE k = 'half'").stdout

    def rows(self) -> dict[str, str]:
        said = self.psql(self.url, "-Atc", "SELECT k, v FROM shop.t WHERE k <> 'half'").stdout
        return {**{s.key: "0" for s in STATES}, **dict(r.split("|") for r in said.split())}


@pytest.fixture
def live(
    pgmig_inside: Run, folder: Path, server: Server, database: str, psql: Program
) -> Callable[[str], Live]:
    """Writes the script of one mode; gives a database that has what was before it."""

    def make(mode: str) -> Live:
        inserts = "".join(
            f"INSERT INTO shop.t VALUES ('{state.key}', '{state.base}', 'kept');"
            for state in STATES
            if state.base != "0"
        )
        table = "CREATE SCHEMA shop; CREATE TABLE shop.t (k text PRIMARY KEY, v text, w text);"
        inserts += "INSERT INTO shop.t VALUES ('half', 'A', 'kept');"
        down = "DROP TABLE shop.t; DROP SCHEMA shop;"
        write_script(folder, "0001_t", table + inserts, down)
        (folder / "seeds").mkdir()
        with (folder / "seeds" / "shop.t.csv").open("w") as file:
            rows = ((s.key, s.file, "kept") for s in STATES if s.file != "0")
            csv.writer(file).writerows([("k", "v", "w"), ("half", "B", "new"), *rows])
        (folder / "pgmig.toml").write_text('[seeds]\nmissing = "delete"\n')
        ran = pgmig_inside(
            "diff", "rows", "--data", "--on-conflict", mode, "--shadow-url", server.url()
        )
        assert ran.code == 0, ran.err
        done = Live(database, psql, pgmig_inside)
        assert done.go("up", "1").code == 0
        return done

    return make


def told(ran: Ran) -> set[str]:
    """The keys that a run names."""
    return {state.key for state in STATES if f"({state.key})" in ran.err}


@pytest.mark.parametrize("mode", ["keep", "file"])
def test_rows_that_somebody_else_changed_stay_or_are_overwritten_with_a_warning(
    live: Callable[[str], Live], mode: str
) -> None:
    here = live(mode)
    here.put((state.key, state.live) for state in STATES)

    here.psql(here.url, "-c", "UPDATE shop.t SET v = 'B' WHERE k = 'half'")  # as the file says

    up = here.go("up")
    assert up.code == 0, up.err
    assert here.half() == "B|new\n"
    assert told(up) == {state.key for state in CONFLICTS}
    after = {state.key: state.after(mode) for state in STATES}
    assert here.rows() == after

    down = here.go("down")
    assert down.code == 0, down.err
    assert here.half() == "A|kept\n"
    back = {s.key: State(s.file, s.base, after[s.key]) for s in STATES}
    assert told(down) == {key for key, state in back.items() if state.is_conflict}
    assert here.rows() == {key: state.after(mode) for key, state in back.items()}


def test_a_row_that_somebody_else_changed_stops_the_script(live: Callable[[str], Live]) -> None:
    here = live("fail")
    here.put((s.key, s.live) for s in STATES if not s.is_conflict)
    # Another column than the one that changes is none of the script's business.
    here.psql(here.url, "-c", "UPDATE shop.t SET w = 'mine' WHERE k = 'ABA'")
    before = here.rows()
    for state in CONFLICTS:
        here.put([(state.key, state.live)])
        ran = here.go("up")
        assert (ran.code, told(ran)) == (1, {state.key}), ran.err
        assert "0002_rows rolled back" in ran.err
        assert "VALUES" not in ran.err  # keys alone are told
        assert here.rows() == {**before, state.key: state.live}
        here.put([(state.key, state.base)])
    assert here.go("up").code == 0
    after = {s.key: s.base if s.is_conflict and s.base == s.file else s.after("") for s in STATES}
    assert here.rows() == after

    for state in CONFLICTS:
        here.put([(state.key, state.live)])
        ran = here.go("down")
        assert (ran.code, told(ran)) == (1, {state.key}), ran.err
        here.put([(state.key, state.file)])
    assert here.rows() == after
    assert here.go("down").code == 0
    assert here.rows() == {s.key: s.live if s.base == s.file else s.base for s in STATES}
    query = "SELECT v FROM shop.t WHERE w = 'mine'"
    assert here.psql(here.url, "-Atc", query).stdout == "A\n"
