"""The example project under pytest, as a stranger would run it."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pgmig.commands import testing
from tests.plugin.conftest import Stranger, ended

COUNTING = """\
COPY (SELECT 'made') TO PROGRAM 'cat >> {path}';
SELECT pg_sleep(0.5);
CREATE TABLE public.note (text text);
"""
ASLEEP = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname ~ '^pgmig_test_' AND query ~ 'pg_sleep' AND state = 'active'"
)
BACK = "DROP TABLE public.note;\n"


def test_it_is_green_with_xdist_and_its_target_is_left_alone(stranger: Stranger) -> None:
    before = files(stranger.folder)
    code, said = stranger.test("-n", "2", "--pgmig-verify")
    assert (code, "12 passed" in said) == (0, True), said
    assert files(stranger.folder) == before
    assert stranger.clones() == []
    of_target = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    assert stranger.ask(of_target, stranger.target) == ["0"]
    assert stranger.ask("SELECT count(*) FROM pg_namespace", stranger.target) == ["4"]


@pytest.mark.newest
def test_sessions_at_once_make_one_template_and_later_ones_find_it(
    stranger: Stranger, server_directory: Path
) -> None:
    counted = server_directory / "counted"
    counted.touch()
    counted.chmod(0o666)
    stranger.write("migrations/0004_note.up.sql", COUNTING.format(path=counted))
    stranger.write("migrations/0004_note.down.sql", BACK)
    both = [stranger.start("-n", "2", "-k", "countries or costs"), stranger.start("-k", "1.50")]
    for process in both:
        code, said = ended(process)
        assert code == 0, said
    assert counted.read_text() == "made\n"
    known = stranger.databases()
    assert has_countries(stranger)
    assert (counted.read_text(), stranger.databases()) == ("made\n", known)
    stranger.write("migrations/0004_note.up.sql", COUNTING.format(path=counted) + "-- more\n")
    assert has_countries(stranger)
    assert (counted.read_text(), stranger.databases()[: len(known)]) == ("made\nmade\n", known)
    counted.unlink()


@pytest.mark.newest
def test_what_a_killed_session_left_goes_and_is_never_used(stranger: Stranger) -> None:
    script = stranger.write(
        "migrations/0004_slow.up.sql", "CREATE TABLE t (); SELECT pg_sleep(60);"
    )
    stranger.write("migrations/0004_slow.down.sql", "DROP TABLE t;")
    interrupted = stranger.start("-k", "countries or costs")
    until(lambda: stranger.ask(ASLEEP) == ["1"])
    interrupted.send_signal(signal.SIGINT)
    code, said = ended(interrupted)
    assert (code, "KeyboardInterrupt" in said) == (pytest.ExitCode.INTERRUPTED, True), said
    assert stranger.clones() == []
    killed = stranger.start("-n", "2", "-k", "countries or costs")
    until(lambda: stranger.ask(ASLEEP) == ["1"])
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert len(stranger.clones()) == 1  # half a template, in which a backend still works
    half = set(stranger.databases())
    script.write_text("CREATE TABLE t ();")
    code, said = stranger.test("-k", "countries")
    assert (code, "1 passed" in said) == (0, True), said
    assert stranger.clones() == []
    assert half - set(stranger.databases()) == {name for name in half if "template" not in name}


def has_countries(stranger: Stranger) -> bool:
    """Whether a test's database has its rows; a session in this process."""
    project = testing.open_project(stranger.folder, seeds_env="dev")
    with (
        testing.opened(stranger.server.url(), project) as session,
        session.database() as database,
    ):
        return stranger.ask("SELECT count(*) FROM country", database.url) == ["3"]


def files(folder: Path) -> dict[Path, tuple[bytes, int]]:
    return {
        path: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
