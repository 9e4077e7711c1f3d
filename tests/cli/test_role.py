"""`--role`: whose the objects are, and who may take which role."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pgmig import db
from tests.cli.conftest import Run, write_script
from tests.fixtures.servers import Program

OWNERS = """
SELECT DISTINCT n.nspname || ' ' || pg_get_userbyid(c.relowner)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('public', 'pgmig') ORDER BY 1
"""


@dataclass(frozen=True)
class Roles:
    """A role that may log in and is no superuser, and the one that it deploys as."""

    url: str
    owner: str


@pytest.fixture
def roles(make_role: Callable[..., str], database: str) -> Roles:
    login, owner = make_role("LOGIN NOINHERIT"), make_role("NOLOGIN")
    with db.connect(database) as conn:
        for sql in (
            f'GRANT "{owner}" TO "{login}"',
            f'GRANT CREATE ON DATABASE "{conn.info.dbname}" TO "{owner}"',
            f'GRANT CREATE ON SCHEMA public TO "{owner}"',
        ):
            conn.execute(sql.encode())
    return Roles(database.replace("postgres@", f"{login}@"), owner)


def test_what_runs_belongs_to_the_role_and_is_read_as_that_role(
    pgmig: Run, project: Path, roles: Roles, database: str, psql: Program
) -> None:
    off = "-- pgmig: transaction=off\n"
    write_script(project, "0003_c", f"{off}CREATE TABLE public.c ();", f"{off}DROP TABLE public.c;")
    ran = pgmig("up", "--role", roles.owner, "--url", roles.url)
    assert (ran.code, ran.err) == (0, "")
    owned = [f"pgmig {roles.owner}", f"public {roles.owner}"]
    assert psql(database, "-Atc", OWNERS).stdout.splitlines() == owned
    for command in ("status", "history"):
        alone = pgmig(command, "--url", roles.url)
        assert (alone.code, "may not read pgmig's history" in alone.err) == (4, True)
        shown = pgmig(command, "--url", roles.url, "--role", roles.owner)
        assert (shown.code, shown.out.count(roles.owner)) == (0, 3)
    (project / "pgmig.toml").write_text(f'[env.live]\nrole = "{roles.owner}"\n')
    assert pgmig("redo", "--env", "live", "--url", roles.url).code == 0
    assert psql(database, "-Atc", OWNERS).stdout.splitlines() == owned
    summary = pgmig("snapshot", "--summary", "--env", "live", "--url", roles.url)
    assert (summary.code, summary.err) == (0, "")


@pytest.mark.newest
@pytest.mark.parametrize("command", ["up", "status", "snapshot"])
def test_a_role_that_cannot_be_taken_is_told_and_nothing_is_changed(
    pgmig: Run,
    project: Path,
    roles: Roles,
    database: str,
    psql: Program,
    make_role: Callable[..., str],
    command: str,
) -> None:
    other = make_role("NOLOGIN")
    for name, reason in (("nobody", "does not exist"), (other, "permission denied to set role")):
        ran = pgmig(command, "--role", name, "--url", roles.url)
        assert (ran.code, ran.out) == (4, "")
        assert ran.err.startswith(f'error: cannot take the role "{name}": ')
        assert reason in ran.err
    assert psql(database, "-Atc", OWNERS).stdout == ""
