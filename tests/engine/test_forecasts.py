"""Forecasts are kept with what came of them."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from psycopg.conninfo import make_conninfo

from pgmig import db
from pgmig.commands.history import history
from pgmig.commands.up import up
from pgmig.engine import Options
from pgmig.engine.forecasts import Forecast, StatementForecast, keep, rate_of
from pgmig.errors import ServerRefused, StatementFailed
from pgmig.scripts import read
from tests.engine.conftest import Project

MADE = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _forecast(directory: Path, version: int, **said: Any) -> Forecast:
    script = next(each for each in read(directory).scripts if each.version == version)
    return Forecast(
        version=version,
        checksum=script.up.checksum,
        planned_at=MADE,
        last_id=0,
        verdict="careful",
        **said,
    )


def test_a_forecast_stands_beside_the_row_that_tells_what_came_of_it(
    database: str, project: Project
) -> None:
    project.add("0001_a", "CREATE TABLE a (n int)", "DROP TABLE a")
    alone = "-- pgmig: transaction=off\nCREATE INDEX CONCURRENTLY ON a (n);\nSELECT 1/0;"
    project.add("0002_b", alone, "SELECT 1")
    index = StatementForecast(number=1, line=2, sql="CREATE INDEX", seconds=0.5)
    said = [
        _forecast(project.directory, 1, seconds=12.5, blocked=3.0, rate=7),
        _forecast(project.directory, 2, statements=(index,)),
    ]

    def apply(to: int) -> None:
        up(database, project.directory, to=to, options=Options(at_begin=lambda c: keep(c, said)))

    apply(1)
    assert history(database).forecasts is None
    found = history(database, has_forecasts=True)
    assert (found.forecasts, found.unmet) == ({1: said[0]}, (said[1],))
    with pytest.raises(StatementFailed):
        apply(2)  # the same plan once more
    found = history(database, has_forecasts=True)
    ((statement,),) = (each.statements for each in found.unmet)
    assert statement.took is not None
    assert structs.replace(statement, took=None) == index


def test_the_rate_is_what_was_measured_in_the_middle() -> None:
    def forecast(seconds: float, *statements: StatementForecast) -> Forecast:
        return Forecast(
            version=1,
            checksum="x",
            planned_at=MADE,
            last_id=0,
            verdict="go",
            seconds=seconds,
            rate=100_000_000,
            statements=statements,
        )

    alone = StatementForecast(number=1, line=1, sql="", seconds=6.0, took=12.0)
    known = {1: forecast(10.0), 2: forecast(2.0), 3: forecast(9.0, alone), 4: forecast(0.01)}
    took = {1: 40.0, 2: 1.0, 3: 15.0, 4: 9.0}
    assert rate_of(known, took) == 50_000_000
    assert rate_of({1: known[1], 2: known[2]}, took) is None


def test_the_latest_plan_before_a_row_counts(database: str, project: Project) -> None:
    project.add("0001_a", "CREATE TABLE a (n int)", "DROP TABLE a")
    old = _forecast(project.directory, 1, seconds=1.0)
    new = Forecast(
        version=1,
        checksum=old.checksum,
        planned_at=MADE + timedelta(hours=1),
        last_id=0,
        verdict="go",
        seconds=2.0,
    )
    other = Forecast(version=1, checksum="x", planned_at=MADE, last_id=0, verdict="go")
    up(
        database,
        project.directory,
        options=Options(at_begin=lambda c: keep(c, [new, old, other])),
    )
    assert history(database, has_forecasts=True).forecasts == {1: new}


def test_forecasts_that_cannot_be_written_stop_the_run_before_it_begins(
    database: str, project: Project
) -> None:
    project.add("0001_a", "CREATE TABLE a (n int)", "DROP TABLE a")
    bad = Forecast(version=2**70, checksum="x", planned_at=MADE, last_id=0, verdict="go")
    with pytest.raises(ServerRefused):
        up(database, project.directory, options=Options(at_begin=lambda c: keep(c, [bad])))
    with closing(db.connect(database)) as conn:
        assert conn.execute("SELECT to_regclass('a')").fetchone() == (None,)


def test_a_role_that_may_not_keep_forecasts_deploys_all_the_same(
    database: str, project: Project, make_role: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    project.add("0001_a", "CREATE TABLE a (n int)", "DROP TABLE a")
    project.add("0002_b", "SELECT 2", "SELECT 2")
    up(database, project.directory, to=1)
    role = make_role("LOGIN")
    with closing(db.connect(database)) as conn:
        conn.execute("DROP TABLE pgmig.forecast")  # as a pgmig before this one left it
        conn.execute(f"GRANT USAGE ON SCHEMA pgmig TO {role}".encode())
        conn.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA pgmig TO {role}".encode())
    said = [_forecast(project.directory, 2)]
    report = up(
        make_conninfo(database, user=role),
        project.directory,
        options=Options(at_begin=lambda c: keep(c, said)),
    )
    assert report.after == 2
    assert "the forecasts are not kept: permission denied for schema pgmig" in caplog.text
    assert history(database, has_forecasts=True).forecasts == {}


def test_whoever_may_read_the_history_may_read_forecasts_that_come_later(
    database: str, project: Project, make_role: Callable[..., str]
) -> None:
    project.add("0001_a", "CREATE TABLE a (n int)", "DROP TABLE a")
    project.add("0002_b", "SELECT 2", "SELECT 2")
    up(database, project.directory, to=1)
    reader, writer = make_role("LOGIN"), make_role("LOGIN")
    with closing(db.connect(database)) as conn:
        conn.execute("DROP TABLE pgmig.forecast")
        conn.execute(f"GRANT USAGE ON SCHEMA pgmig TO {reader}, {writer}".encode())
        conn.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA pgmig TO {reader}".encode())
        conn.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA pgmig TO {writer}".encode())
    said = [_forecast(project.directory, 2)]
    up(database, project.directory, options=Options(at_begin=lambda c: keep(c, said)))
    found = history(make_conninfo(database, user=reader), has_forecasts=True)
    assert found.forecasts == {2: said[0]}
    with closing(db.connect(database)) as conn:
        query = "SELECT has_table_privilege(%s, 'pgmig.history', 'INSERT')"
        assert conn.execute(query, (writer,)).fetchone() == (True,)
