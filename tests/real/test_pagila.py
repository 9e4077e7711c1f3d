"""Pagila, a database that others wrote, adopted whole; runs where its schema lies beside us."""

from collections.abc import Callable
from pathlib import Path

from pgmig.commands.baseline import Options, baseline
from pgmig.commands.snapshot import snapshot
from pgmig.commands.up import up
from pgmig.shadow.witness import statements
from tests.fixtures.servers import Program, Server

SCHEMA = Path(__file__).parents[3] / "shared" / "real" / "pagila" / "schema.sql"

# What only 18 has, in the words of 15; and an extension that Debian's 15 has no package for.
SINCE_18 = {"uuidv7()": "gen_random_uuid()", ") VIRTUAL": ") STORED"}


def adopt(
    server: Server,
    make_database: Callable[[], str],
    psql: Program,
    pg_dump: Callable[..., str],
    tmp_path: Path,
) -> None:
    legacy, copy = make_database(), make_database()
    load(server, legacy, psql)
    taken = snapshot(legacy)
    assert taken.snapshot.unmodelled == ()
    assert taken.counts()["table"] >= 20
    done = baseline(legacy, tmp_path / "migrations", Options(local=server.local))
    assert done.shadow_major == server.major
    assert [step.label for step in up(copy, tmp_path / "migrations").steps] == ["0001_baseline"]
    left = statements(pg_dump(legacy, "-s", "--exclude-schema=pgmig"))
    assert left.total() > 200
    assert statements(pg_dump(copy, "-s", "--exclude-schema=pgmig")) == left


def load(server: Server, url: str, psql: Program) -> None:
    text = SCHEMA.read_text()
    if server.major >= 18:
        psql(url, input=text)
        return
    for new, old in SINCE_18.items():
        text = text.replace(new, old)
    done = psql(url, "-v", "ON_ERROR_STOP=0", input=text)
    wrong = [line for line in done.stderr.splitlines() if "ERROR" in line]
    assert all("vector" in line or "film_embedding" in line for line in wrong), wrong


if SCHEMA.exists():

    def test_pagila_is_adopted_and_built_again_from_nothing(
        server: Server,
        make_database: Callable[[], str],
        psql: Program,
        pg_dump: Callable[..., str],
        tmp_path: Path,
    ) -> None:
        adopt(server, make_database, psql, pg_dump, tmp_path)
