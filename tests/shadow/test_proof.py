"""The proof tells a difference of meaning from one of printing."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pgmig import db
from pgmig.commands.baseline import Options, baseline
from pgmig.errors import UnmodelledObjects
from tests.fixtures.servers import Program, Server


def test_an_expression_that_prints_otherwise_beside_a_populated_view_is_proved(
    database: str, server: Server, psql: Program, tmp_path: Path
) -> None:
    psql(
        database,
        input="CREATE TABLE t (s varchar(5));"
        "CREATE VIEW v AS SELECT s FROM t WHERE s IN ('a', 'b');"
        "CREATE MATERIALIZED VIEW m AS SELECT s FROM t;",
    )
    made = baseline(database, tmp_path, Options(shadow_url=server.url()))
    assert [f"{each.key}: {each.field}" for each in made.reprinted] == ["view public.v: query"]


def test_objects_that_are_not_modelled_stop_a_baseline_and_are_named(
    database: str, server: Server, psql: Program, tmp_path: Path
) -> None:
    psql(database, input="CREATE TABLE t (a int, b int); CREATE STATISTICS pair ON a, b FROM t;")
    with pytest.raises(UnmodelledObjects) as refused:
        baseline(database, tmp_path, Options(shadow_url=server.url()))
    assert "public.pair" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_modelled_is_left_out_where_it_is_allowed(
    database: str,
    make_database: Callable[[], str],
    server: Server,
    psql: Program,
    tmp_path: Path,
) -> None:
    psql(database, input="CREATE TABLE t (a int, b int); CREATE STATISTICS pair ON a, b FROM t;")
    options = Options(shadow_url=server.url(), allow_unmodelled=True)
    assert baseline(database, tmp_path, options).unmodelled_statements > 0
    copy = make_database()
    psql(copy, "-f", tmp_path / "0001_baseline.up.sql")
    with closing(db.connect(copy)) as conn:
        assert conn.execute("SELECT count(*) FROM pg_statistic_ext").fetchone() == (0,)
