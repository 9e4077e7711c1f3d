"""`pgmig rebase`: numbers after theirs, once both orders are seen to lead to one schema."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run, write_script
from tests.fixtures.servers import Server

pytestmark = pytest.mark.newest

Rebase = Callable[..., Ran]
Git = Callable[..., str]


@pytest.fixture
def rebase(pgmig_inside: Run, server: Server) -> Rebase:
    """Runs pgmig rebase with the server under test for shadow databases."""

    def run(*args: str) -> Ran:
        return pgmig_inside("rebase", "-q", "--shadow-url", server.url(), *args)

    return run


@pytest.fixture
def git(folder: Path) -> Git:
    """Runs git in the folder, which is a repository with one script of everybody's."""
    (folder / ".git").rmdir()

    def run(*args: str, code: int = 0) -> str:
        identity = ("-c", "user.name=a", "-c", "user.email=a@b")
        done = subprocess.run(
            ["git", *identity, *args], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr + done.stdout
        return done.stdout

    run("init", "-q", "-b", "main")
    column(folder, "0001_base", "CREATE TABLE public.t (i int);", "DROP TABLE public.t;")
    run("add", "-A")
    run("commit", "-q", "-m", "base")
    return run


def column(folder: Path, label: str, up: str, down: str) -> None:
    """A script, and its line in pgmig.sum as `pgmig new` writes it."""
    write_script(folder, label, up, down)
    path = folder / "migrations" / "pgmig.sum"
    head = path.read_text() if path.exists() else "pgmig.sum 1\n"
    path.write_text(f"{head}{label} up=- down=-\n")


def add(folder: Path, label: str, name: str, kind: str = "int") -> None:
    up = f"ALTER TABLE public.t ADD {name} {kind};"
    column(folder, label, up, f"ALTER TABLE public.t DROP {name};")


def held(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "migrations").iterdir()}


@pytest.fixture
def mine(make_database: Callable[[], str]) -> str:
    """The URL of a database on which my branch ran before the merge."""
    return make_database()


@pytest.fixture
def merged(folder: Path, git: Git, pgmig_inside: Run, mine: str) -> Path:
    """A branch with 2 and 3, into which main is merged, which has another 2."""
    git("checkout", "-q", "-b", "mine")
    add(folder, "0002_mine", "m")
    assert pgmig_inside("up", "--url", mine).code == 0
    column(
        folder,
        "0003_more",
        "CREATE VIEW public.v AS SELECT m FROM public.t;",
        "DROP VIEW public.v;",
    )
    git("add", "-A")
    git("commit", "-q", "-m", "mine")
    git("checkout", "-q", "main")
    add(folder, "0002_theirs", "t")
    git("add", "-A")
    git("commit", "-q", "-m", "theirs")
    git("checkout", "-q", "mine")
    git("merge", "main", code=1)  # both sides have a new last line in pgmig.sum
    return folder


def test_what_a_merge_leaves_is_mended(
    merged: Path,
    rebase: Rebase,
    pgmig_inside: Run,
    server: Server,
    database: str,
    mine: str,
    pg_dump: Callable[..., str],
) -> None:
    assert pgmig_inside("up", "--url", database).code == 2  # two scripts have one number
    before = held(merged)
    dry = rebase("--onto", "main", "--dry-run")
    assert (dry.code, dry.out.splitlines()[-1]) == (0, "dry run: no file was renamed")
    assert held(merged) == before
    ran = rebase("--onto", "git:main")
    assert ran == Ran(
        0,
        "0002_mine -> 0003_mine\n"
        "0003_more -> 0004_more\n"
        f"both orders lead to one schema on PostgreSQL {server.major}\n"
        "  no matter: table public.t: columns are i, t, m, should be i, m, t\n"
        "pgmig.sum holds the lines of both sides\n"
        "they come after those of git:main\n",
        "",
    )
    after = held(merged)
    for old, new in (("0002_mine", "0003_mine"), ("0003_more", "0004_more")):
        for half in ("up", "down"):
            assert after[f"{new}.{half}.sql"] == before[f"{old}.{half}.sql"]
    assert [line.split(" ")[0] for line in after["pgmig.sum"].splitlines()] == [
        *("pgmig.sum", "0001_base", "0002_theirs", "0003_mine", "0004_more"),
    ]
    assert pgmig_inside("up", "-q", "--url", database).code == 0
    assert pgmig_inside("up", "--url", mine).code == 7
    assert (
        pgmig_inside("goto", "4", "--url", mine)
        .out.splitlines()[-1]
        .startswith("1 taken down, 3 applied, ")
    )
    schema = ("-s", "-N", "pgmig", "--restrict-key=x")
    assert pg_dump(mine, *schema) == pg_dump(database, *schema)
    nothing = "nothing to renumber: no migration came late after those of"
    assert rebase("--onto", "main").out == f"{nothing} git:main\n"
    assert rebase("--url", database).out.startswith(nothing)


def test_orders_that_lead_to_two_schemas_are_refused_and_shown(
    folder: Path, rebase: Rebase, pgmig_inside: Run, server: Server, database: str
) -> None:
    column(folder, "0001_base", "CREATE TABLE public.t (i int);", "DROP TABLE public.t;")
    add(folder, "0003_theirs", "c", "text DEFAULT 'theirs'")
    assert pgmig_inside("up", "-q", "--url", database).code == 0
    up = "ALTER TABLE public.t ADD IF NOT EXISTS c text DEFAULT 'mine';"
    write_script(folder, "0002_mine", up, "SELECT 1;")
    before = held(folder)
    ran = rebase("--url", database)
    assert (ran.code, ran.out, held(folder)) == (4, "", before)
    assert ran.err.splitlines()[:2] == [
        "error: the two orders do not lead to one schema; no file was renamed:",
        '      the order as it was does not run: 0003_theirs.up.sql: column "c" of relation'
        ' "t" already exists (SQLSTATE 42701)',
    ]
    made = "IF to_regclass('public.w') IS NULL THEN CREATE TABLE public.z (); END IF;"
    up = f"DO $$ BEGIN {made} END $$;"
    write_script(folder, "0002_mine", up, "SELECT 1;")
    write_script(folder, "0003_theirs", "CREATE TABLE public.w ();", "DROP TABLE public.w;")
    pgmig_inside("goto", "3", "--out-of-order", "--url", database)
    pgmig_inside("down", "1", "--url", database)
    pgmig_inside("up", "1", "--url", database)
    (folder / "migrations" / "0002_mine.up.sql").rename(folder / "kept")
    (folder / "migrations" / "0002_mine.down.sql").unlink()
    assert pgmig_inside("up", "-q", "--url", database).code == 0
    write_script(folder, "0002_mine", (folder / "kept").read_text(), "SELECT 1;")
    ran = rebase("--url", database)
    assert ran.code == 4
    assert ran.err.splitlines()[1:4] == [
        "      table public.z: is missing",
        "  was: 0001_base, 0002_mine, 0003_theirs",
        "  new: 0001_base, 0003_theirs, 0002_mine",
    ]


def test_late_scripts_and_shared_numbers_are_found_by_the_database(
    folder: Path, rebase: Rebase, pgmig_inside: Run, database: str
) -> None:
    stamps = ("20260101000000", "20260102000000", "20260103000000")
    column(folder, f"{stamps[0]}_base", "CREATE TABLE public.t (i int);", "DROP TABLE public.t;")
    add(folder, f"{stamps[2]}_theirs", "t")
    assert pgmig_inside("up", "-q", "--url", database).code == 0
    add(folder, f"{stamps[1]}_mine", "m")
    add(folder, f"{stamps[2]}_too", "n")
    ran = rebase("--url", database, "--json")
    renamed = [(each["old"], each["new"]) for each in json.loads(ran.out)["renamed"]]
    assert [old for old, _ in renamed] == [f"{stamps[1]}_mine", f"{stamps[2]}_too"]
    first, second = (int(new.split("_")[0]) for _, new in renamed)
    assert int(stamps[2]) < first < second == first + 1
    assert pgmig_inside("up", "--url", database).out.count("up    ") == 2
    assert rebase("--url", database).out.startswith("nothing to renumber")


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("--onto", "nowhere"), 2, "git:nowhere is no state"),
        (("--onto", "-x"), 2, "git:-x is no state"),
        (("--onto", "main"), 2, "0002_theirs: which of them is yours is not known: main has what"),
        ((), 2, "no database is named"),
    ],
)
def test_what_cannot_be_told_is_refused(
    folder: Path, git: Git, rebase: Rebase, args: tuple[str, ...], code: int, told: str
) -> None:
    add(folder, "0002_theirs", "t")
    git("add", "-A")
    git("commit", "-q", "-m", "theirs")
    git("checkout", "-q", "-b", "mine", "HEAD~1")
    add(folder, "0002_mine", "m")
    ran = rebase(*args)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err


def test_what_a_stopped_run_had_begun_is_finished_by_the_next(
    folder: Path, rebase: Rebase, pgmig_inside: Run, database: str
) -> None:
    old = write_script(folder, "0001_a", "SELECT 1;", "SELECT 1;")
    (folder / "migrations" / ".a.tmp").write_text("SELECT 1;")
    journal = '{"verb":"rebase","placed":[[".a.tmp","0002_a.up.sql"]],"gone":["0001_a.up.sql"]}'
    (folder / "migrations" / ".pgmig.swap").write_text(journal)
    (folder / "migrations" / "0001_a.down.sql").rename(folder / "migrations" / "0002_a.down.sql")
    for command in (("up", "--url", database), ("new", "b"), ("down", "--url", database)):
        ran = pgmig_inside(*command)
        assert ran.code == 6
        assert ran.err.startswith("error: `pgmig rebase` was stopped while it renamed the scripts")
    assert rebase("--url", database, "--dry-run").code == 6
    ran = rebase("--url", database)
    assert (ran.code, ran.out.splitlines()[0]) == (0, "finished what an earlier run had begun")
    assert not old.exists()
    assert pgmig_inside("up", "--url", database).code == 0


def test_of_two_that_are_applied_nowhere_none_is_chosen(
    folder: Path, rebase: Rebase, database: str
) -> None:
    for name in ("a", "b"):
        write_script(folder, f"0001_{name}", "SELECT 1;", "SELECT 1;")
    ran = rebase("--url", database)
    assert ran.code == 2
    assert ran.err.startswith("error: 0001_a and 0001_b: which of them is yours is not known")
