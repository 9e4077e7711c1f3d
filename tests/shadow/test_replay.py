"""Replays keep what they made, and nothing that is half made."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from pgmig import scripts
from pgmig.db import connect
from pgmig.db.execute import fetch, run
from pgmig.errors import StatementFailed
from pgmig.shadow import layers
from pgmig.shadow.database import ShadowServer, open_server
from pgmig.shadow.replay import KEPT, PREFIX, Replay
from tests.cli.conftest import write_script
from tests.fixtures.servers import Program, Server


@dataclass
class Bench:
    """A shadow server and what ran there."""

    server: ShadowServer
    folder: Path
    ran: list[str] = field(default_factory=list)

    def replay(self, *, upto: int | None = None, is_kept: bool = True) -> Replay:
        found = scripts.read(self.folder / "migrations").scripts[:upto]
        steps = [layers.of_script(each) for each in found]
        return Replay(self.server, steps, is_kept=is_kept, on_layer=self.ran.append)

    def names(self, prefix: str) -> set[str]:
        with closing(connect(self.server.url)) as conn:
            rows = fetch(conn, "SELECT datname::text FROM pg_catalog.pg_database")
        return {str(name) for (name,) in rows if str(name).startswith(prefix)}

    def drop_templates(self) -> None:
        for name in self.names(PREFIX):
            with closing(connect(self.server.url)) as conn:
                run(conn, f'DROP DATABASE "{name}"')


@pytest.fixture
def bench(server: Server, tmp_path: Path) -> Iterator[Bench]:
    write_script(tmp_path, "0001_a", "CREATE TABLE public.a (i int);", "DROP TABLE public.a;")
    write_script(tmp_path, "0002_b", "CREATE TABLE public.b ();", "DROP TABLE public.b;")
    with open_server(server.major, local=server.local) as shadow:
        made = Bench(shadow, tmp_path)
        made.drop_templates()
        yield made
        made.drop_templates()
        assert made.names(f"pgmig_shadow_{os.getpid()}_") == set()


def tables(url: str) -> list[str]:
    query = "SELECT relname::text FROM pg_catalog.pg_class WHERE oid >= 16384 ORDER BY 1"
    with closing(connect(url)) as conn:
        return [str(name) for (name,) in fetch(conn, query)]


def test_a_second_replay_runs_nothing(bench: Bench) -> None:
    for _ in range(2):
        with bench.replay().database() as url:
            assert tables(url) == ["a", "b"]
    assert bench.ran == ["0001_a", "0002_b"]


def test_a_new_script_runs_alone_on_what_was_kept(bench: Bench) -> None:
    with bench.replay().database():
        pass
    write_script(bench.folder, "0003_c", "CREATE TABLE public.c ();", "DROP TABLE public.c;")
    with bench.replay().database() as url:
        assert tables(url) == ["a", "b", "c"]
    assert bench.ran == ["0001_a", "0002_b", "0003_c"]


def test_an_edited_script_runs_again_with_all_after_it(bench: Bench) -> None:
    with bench.replay(upto=1).database(), bench.replay().database():
        pass
    write_script(bench.folder, "0002_b", "CREATE TABLE public.other ();", "SELECT 1;")
    with bench.replay().database() as url:
        assert tables(url) == ["a", "other"]
    assert bench.ran == ["0001_a", "0002_b", "0002_b"]


def test_a_way_down_that_was_edited_changes_no_template(bench: Bench) -> None:
    with bench.replay().database():
        pass
    write_script(bench.folder, "0002_b", "CREATE TABLE public.b ();", "DROP TABLE b;")
    with bench.replay().database():
        pass
    assert bench.ran == ["0001_a", "0002_b"]


def test_the_newest_templates_stay_and_older_ones_go(bench: Bench) -> None:
    names: list[str] = []
    for number in range(3, KEPT + 5):
        label = f"{number:04d}_t{number}"
        write_script(bench.folder, label, f"CREATE TABLE public.t{number} ();", "SELECT 1;")
        with bench.replay().database():
            names.append(bench.replay().names()[-1])
    assert bench.names(PREFIX) == set(names[-KEPT:])


def test_a_database_that_was_opened_is_made_again_from_the_template(bench: Bench) -> None:
    with bench.server.database() as url:
        bench.replay().into(url)
        assert tables(url) == ["a", "b"]
    with bench.server.database() as url:
        bench.replay().into(url)
        assert tables(url) == ["a", "b"]
    assert bench.ran == ["0001_a", "0002_b"]


def test_a_database_that_somebody_is_connected_to_is_filled_as_it_is(bench: Bench) -> None:
    with bench.server.database() as url, closing(connect(url)) as conn:
        bench.replay().into(url)
        assert fetch(conn, "SELECT count(*) FROM public.a") == [(0,)]


def test_nothing_is_kept_on_a_server_that_is_not_ours(bench: Bench) -> None:
    for _ in range(2):
        with bench.replay(is_kept=False).database() as url:
            assert tables(url) == ["a", "b"]
    assert bench.names(PREFIX) == set()
    assert len(bench.ran) == 4


def test_a_template_that_goes_while_it_is_wanted_is_made_again(bench: Bench) -> None:
    with bench.replay(upto=1).database():
        bench.drop_templates()
    with bench.replay().database() as url:
        assert tables(url) == ["a", "b"]


def test_nobody_can_enter_a_template(bench: Bench, psql: Program) -> None:
    with bench.replay().database():
        (name,) = bench.names(PREFIX)
    url = make_conninfo(bench.server.url, dbname=name)
    assert "not currently accepting connections" in psql(url, "-c", "SELECT", check=False).stderr


def test_a_script_that_fails_is_named_with_its_line_and_nothing_is_kept(bench: Bench) -> None:
    write_script(bench.folder, "0003_bad", "SELECT 1;\nSELECT nothing;", "SELECT 1;")
    with pytest.raises(StatementFailed, match="nothing") as failed, bench.replay().database():
        pass
    assert failed.value.path.name == "0003_bad.up.sql"
    assert (failed.value.line, failed.value.sqlstate) == (2, "42703")
    assert "shadow database" in failed.value.holds
    assert bench.names(PREFIX) == set()


def test_a_role_that_no_header_names_comes_with_what_to_do(bench: Bench) -> None:
    text = "GRANT SELECT ON public.a TO nobody_here;"
    write_script(bench.folder, "0003_grant", text, "SELECT 1;")
    with (
        pytest.raises(StatementFailed, match="roles=NAME"),
        bench.replay().database(),
    ):
        pass


def test_an_extension_that_is_not_there_comes_with_what_to_do(bench: Bench) -> None:
    write_script(bench.folder, "0003_ext", "CREATE EXTENSION not_here;", "SELECT 1;")
    with (
        pytest.raises(StatementFailed, match="--shadow-url"),
        bench.replay().database(),
    ):
        pass


SLOW = """
import sys
from pathlib import Path
from pgmig import scripts
from pgmig.shadow import layers
from pgmig.shadow.database import ShadowServer
from pgmig.shadow.replay import Replay
server = ShadowServer(sys.argv[1], int(sys.argv[2]), is_ours=True)
steps = [layers.of_script(each) for each in scripts.read(Path(sys.argv[3])).scripts]
with Replay(server, steps, on_layer=lambda label: print(label, flush=True)).database():
    pass
"""


def start(bench: Bench) -> "subprocess.Popen[str]":
    arguments = (bench.server.url, str(bench.server.major), str(bench.folder / "migrations"))
    return subprocess.Popen(
        [sys.executable, "-c", SLOW, *arguments], stdout=subprocess.PIPE, text=True
    )


def test_a_killed_replay_leaves_nothing_that_is_taken_for_whole(
    bench: Bench, server: Server
) -> None:
    write_script(bench.folder, "0003_slow", "SELECT pg_sleep(60);", "SELECT 1;")
    killed = start(bench)
    assert killed.stdout is not None
    with killed.stdout as said:
        assert [next(said).strip() for _ in range(3)][-1] == "0003_slow"
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    assert bench.names(PREFIX) == set()
    write_script(bench.folder, "0003_slow", "CREATE TABLE public.c ();", "SELECT 1;")
    with bench.replay().database() as url:
        assert tables(url) == ["a", "b", "c"]
    end_sessions(bench)
    with open_server(server.major, local=server.local):
        assert bench.names(f"pgmig_shadow_{killed.pid}_") == set()


def end_sessions(bench: Bench) -> None:
    """The killed process's session would sleep on."""
    with closing(connect(bench.server.url)) as conn:
        fetch(
            conn,
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname LIKE 'pgmig\\_shadow\\_%'",
        )


def test_replays_at_once_do_not_hinder_each_other(bench: Bench) -> None:
    started = [start(bench) for _ in range(4)]
    for process in started:
        process.communicate(timeout=60)
    assert [process.returncode for process in started] == [0, 0, 0, 0]
    assert len(bench.names(PREFIX)) == 1


def test_threads_that_drop_and_make_templates_all_end_with_a_whole_database(bench: Bench) -> None:
    failed: list[BaseException] = []

    def work(action: Callable[[], object]) -> None:
        try:
            for _ in range(5):
                action()
        except BaseException as error:
            failed.append(error)
            raise

    def make() -> None:
        with bench.replay().database() as url:
            assert tables(url) == ["a", "b"]

    def drop() -> None:
        for name in bench.names(PREFIX):
            with closing(connect(bench.server.url)) as conn:
                run(conn, f'DROP DATABASE IF EXISTS "{name}"')

    threads = [threading.Thread(target=work, args=(each,)) for each in (make, make, drop)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
