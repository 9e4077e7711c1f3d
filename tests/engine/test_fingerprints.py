"""Fingerprints in the database: whole sets, of one row of history."""

from collections.abc import Callable
from contextlib import closing

import msgspec
import pytest
from psycopg.conninfo import make_conninfo

from pgmig import catalog, db
from pgmig.catalog.scope import ALL
from pgmig.commands.recording import recorder
from pgmig.commands.up import up
from pgmig.engine import Options
from pgmig.engine.fingerprints import store, store_now, stored
from pgmig.errors import HistoryMoved, RightsMissing
from pgmig.snapshot.fingerprint import each
from tests.engine.conftest import Project
from tests.fixtures.servers import Program


def test_a_set_is_read_as_it_was_stored_and_replaces_the_one_before(
    database: str, project: Project
) -> None:
    project.tables(1, 2)
    up(database, project.directory)
    with closing(db.connect(database)) as conn:
        assert stored(conn) is None
        store_now(conn, ALL)
        first = stored(conn)
        assert first is not None
        assert first.objects == dict(each(catalog.read(conn)))
        assert (first.history_id, first.scope) == (2, ())
        conn.execute('DROP TABLE public.t1; CREATE TABLE public."a\'b{c}" ()')
        store_now(conn, ALL)
        second = stored(conn)
        assert second is not None
        assert second.objects == dict(each(catalog.read(conn)))
        assert {key.name for key in second.objects} >= {"t2", "a'b{c}"}


def test_what_was_read_before_another_run_is_not_stored(database: str, project: Project) -> None:
    project.tables(1)
    up(database, project.directory)
    with closing(db.connect(database)) as conn:
        snapshot = catalog.read(conn)
        project.tables(2)
        up(database, project.directory)
        with pytest.raises(HistoryMoved):
            store(conn, snapshot, history_id=1)
        assert stored(conn) is None


def test_only_who_may_write_the_history_stores(
    database: str, project: Project, make_role: Callable[..., str], psql: Program
) -> None:
    project.tables(1)
    up(database, project.directory)
    role = make_role()
    grants = f"GRANT USAGE ON SCHEMA pgmig TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA pgmig"
    psql(database, "-c", f"{grants} TO {role}")
    with closing(db.connect(make_conninfo(database, user=role))) as conn:
        with pytest.raises(RightsMissing):
            store(conn, catalog.read(conn), history_id=1)
        assert stored(conn) is None


def test_a_run_stands_when_its_fingerprints_cannot_be_stored(
    database: str, project: Project, psql: Program, caplog: pytest.LogCaptureFixture
) -> None:
    project.tables(1, 2)
    up(database, project.directory, to=1)
    psql(database, "-c", "DROP TABLE pgmig.fingerprints")
    options = msgspec.structs.replace(Options(), at_end=recorder(ALL))
    report = up(database, project.directory, options=options)
    assert report.after == 2
    assert "the fingerprints are not stored" in caplog.text


def test_nothing_is_stored_where_nothing_ran(database: str, project: Project) -> None:
    project.tables(1)
    up(database, project.directory)
    options = msgspec.structs.replace(Options(), at_end=recorder(ALL))
    up(database, project.directory, options=options)
    up(database, project.directory, options=options, is_dry_run=True)
    with closing(db.connect(database)) as conn:
        assert stored(conn) is None
