"""Runs of the real program: arguments in, exit code and both streams out."""

import gc
import logging
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from pgmig.cli.app import run as run_program
from tests.fixtures.loaded import Loaded, loading

PGMIG = (sys.executable, "-m", "pgmig")

# What the machine or the person running the tests may have set, and the program would obey. Which
# PostgreSQL there is does not count.
_OBEYED = re.compile(
    r"PG(?!MIG_POSTGRES$)|DATABASE_URL|SHADOW_DATABASE_URL|NO_COLOR|COLUMNS|LINES|TERM|LC_|LANG"
)


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ran(NamedTuple):
    """What a run left: its exit code, stdout, stderr."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder that nothing above can make a project; current for the program."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def environment(**more: str) -> dict[str, str]:
    """The variables of this process without those that steer the program."""
    kept = {name: value for name, value in os.environ.items() if not _OBEYED.match(name)}
    return kept | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "COLUMNS": "80"} | more


def write_script(folder: Path, label: str, up: str, down: str | None = None) -> Path:
    """Write a pair into the folder's migrations directory; gives the way up's path."""
    directory = folder / "migrations"
    directory.mkdir(exist_ok=True)
    path = directory / f"{label}.up.sql"
    path.write_text(up)
    if down is not None:
        (directory / f"{label}.down.sql").write_text(down)
    return path


@pytest.fixture
def project(folder: Path) -> Path:
    """A folder with two scripts."""
    write_script(folder, "0001_a", "CREATE TABLE public.a (i int);", "DROP TABLE public.a;")
    write_script(folder, "0002_bees", "CREATE TABLE public.b ();", "DROP TABLE public.b;")
    return folder


@pytest.fixture(scope="session")
def loaded() -> Iterator[Loaded]:
    """The program with its imports done, for all runs of this test process."""
    with loading(environment()) as found:
        yield found


@pytest.fixture
def pgmig(folder: Path, loaded: Loaded) -> Run:
    """Runs pgmig without a terminal."""

    def run(*args: str | Path, cwd: Path = folder, **env: str) -> Ran:
        variables = environment(**env)
        if loaded.can_run(variables):
            return Ran(*loaded.run([*map(str, args)], cwd=cwd, environment=variables))
        done = subprocess.run(
            [*PGMIG, *map(str, args)],
            cwd=cwd,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def pgmig_inside(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """The same within the test's own process, which saves the start of many others.

    What the program makes its own, such as the log and the signals, is given back afterwards.
    """
    monkeypatch.chdir(folder)
    logger = logging.getLogger("pgmig")
    kept = logger.handlers, logger.propagate, logger.level
    handlers = {name: signal.getsignal(name) for name in _SIGNALS}
    thresholds, is_collecting = gc.get_threshold(), gc.isenabled()
    for name in os.environ.keys() - environment().keys():
        monkeypatch.delenv(name)

    def run(*args: str | Path) -> Ran:
        capfd.readouterr()
        code = run_program([*map(str, args)])
        said = capfd.readouterr()
        return Ran(code, said.out, said.err)

    yield run
    logger.handlers, logger.propagate, level = kept
    logger.setLevel(level)
    for name, handler in handlers.items():
        signal.signal(name, handler)
    gc.set_threshold(*thresholds)
    if is_collecting:
        gc.enable()


@pytest.fixture
def pgmig_without_rights(folder: Path) -> Run:
    """Runs pgmig bound by the permissions of files, which root is not otherwise."""
    bound = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all")

    def run(*args: str | Path) -> Ran:
        done = subprocess.run(
            [*(bound if os.geteuid() == 0 else ()), *PGMIG, *map(str, args)],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def on_terminal(folder: Path) -> Run:
    """Runs pgmig on a terminal that shows both streams, answering its prompt; `err` is empty.

    `meanwhile` hears of each piece that is shown.
    """

    def run(
        *args: str | Path,
        answer: str = "",
        cwd: Path = folder,
        meanwhile: Callable[[bytes], None] = lambda _shown: None,
        **env: str,
    ) -> Ran:
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [*PGMIG, *map(str, args)],
            cwd=cwd,
            env=environment(**env),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        os.write(ours, answer.encode())
        shown = b""
        while chunk := _read(ours):
            shown += chunk
            meanwhile(chunk)
        os.close(ours)
        return Ran(process.wait(120), shown.decode().replace("\r\n", "\n"), "")

    return run


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the last program left the terminal
        return b""


_COLORS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def plain(text: str) -> str:
    """`text` without the terminal's control sequences."""
    return _COLORS.sub("", text)


def masked(text: str) -> str:
    """`text` with what differs from run to run replaced: the database, times, durations."""
    text = re.sub(r"postgres@\S+/test_[0-9a-f]{12}", "TARGET", text)
    text = re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?([+-]\d{4}|Z)", "TIME", text)
    return re.sub(r"\b\d+(\.\d+)? (ms|s)\b", "DURATION", text)
