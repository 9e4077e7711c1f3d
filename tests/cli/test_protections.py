"""`allow` and `require` of the settings: what they refuse, and on which commands."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, write_script
from tests.fixtures.servers import Program, Server

DROPS = "-- words\n-- pgmig: allow=drop-table\nDROP TABLE public.a;"
MAKES = "CREATE TABLE public.a (i int);"
TABLES = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"


@pytest.fixture
def guarded(folder: Path, database: str) -> Path:
    """A project whose second script drops a table, with rules for two environments."""
    write_script(folder, "0001_a", MAKES, DROPS)
    write_script(folder, "0002_b", DROPS, MAKES)
    (folder / "pgmig.toml").write_text(
        f'url = "{database}"\n'
        "[env.live]\nallow = []\n"
        '[env.open]\nallow = ["drop-table"]\n'
        '[env.proved]\nrequire = ["verify"]\n'
        '[env.planned]\nallow = ["drop-table", "data-loss"]\nrequire = ["plan"]\n'
    )
    return folder


def test_what_an_environment_does_not_allow_is_refused_before_anything_runs(
    pgmig_inside: Run, guarded: Path, database: str, psql: Program
) -> None:
    path = guarded / "migrations" / "0002_b.up.sql"
    told = (
        "error: 0002_b.up.sql says allow=drop-table, which this environment does not allow\n"
        f"   at: {path}:2\n"
        f" rule: {guarded}/pgmig.toml, [env.live]: allow = []\n"
        '   do: make the change without it, or put "drop-table" into `allow` of that table;'
        " nothing has run\n"
    )
    for way in ([], ["--dry-run"], ["--url", database]):
        ran = pgmig_inside("up", "--env", "live", *way)
        assert (ran.code, ran.out, ran.err) == (4, "", told)
    assert pgmig_inside("goto", "2", "--env", "live").err == told
    assert psql(database, "-Atc", "SELECT to_regnamespace('pgmig')").stdout == "\n"
    assert pgmig_inside("up", "1", "--env", "live").code == 0
    for command in (["down", "--yes"], ["redo", "--yes"], ["goto", "0", "--yes"]):
        refused = pgmig_inside(*command, "--env", "live")
        assert (refused.code, "0001_a.down.sql says allow=drop-table" in refused.err) == (4, True)
    down = guarded / "migrations" / "0001_a.down.sql"
    down.write_text("SELECT 1;")
    stored = pgmig_inside("down", "--yes", "--env", "live").err
    assert "   at: line 2 of the text that history keeps\n" in stored
    assert '   do: it was applied with that text: put "drop-table" into `allow`' in stored
    down.write_text(DROPS)
    consent = pgmig_inside("down", "--allow", "data-loss", "--yes", "--env", "open")
    assert (consent.code, "--allow data-loss is not allowed in" in consent.err) == (4, True)
    assert psql(database, "-Atc", TABLES).stdout == "1\n"
    assert pgmig_inside("up", "--env", "open").code == 0
    assert pgmig_inside("up", "--env", "live").code == 0  # nothing is left to refuse


def test_a_script_must_be_proved_on_the_major_of_the_target(
    pgmig_inside: Run, guarded: Path, server: Server
) -> None:
    unsealed = pgmig_inside("up", "--env", "proved")
    assert unsealed.code == 4
    assert "0001_a.up.sql is not sealed in pgmig.sum" in unsealed.err
    assert "(1 more like it)" in unsealed.err
    assert f"`pgmig verify --seal --major {server.major}`" in unsealed.err
    sums = guarded / "migrations" / "pgmig.sum"
    assert pgmig_inside("verify", "--seal", "--shadow-url", server.url()).code == 0
    proved = sums.read_text()
    sums.write_text(proved.replace(f" {server.major}=", " 99="))
    elsewhere = pgmig_inside("up", "--env", "proved")
    assert elsewhere.code == 4
    assert f"0001_a.up.sql was not proved on PostgreSQL {server.major}" in elsewhere.err
    sums.write_text(proved)
    assert pgmig_inside("up", "--env", "proved").code == 0
    sums.write_text(proved.replace(f" {server.major}=", " 99="))
    assert pgmig_inside("down", "--env", "proved", "--yes").code == 0  # its way up was proved


def test_scripts_go_up_with_a_plan_alone(pgmig_inside: Run, guarded: Path, server: Server) -> None:
    ran = pgmig_inside("up", "--env", "planned")
    assert (ran.code, ran.out) == (4, "")
    assert ran.err == (
        "error: 0001_a goes up with a plan alone in this environment (1 more pending)\n"
        f'   at: {guarded}/pgmig.toml, [env.planned]: require = ["plan"]\n'
        "   do: `pgmig plan --out plan.json`, read it, then `pgmig up --plan plan.json`, both for"
        " this environment and without --no-shadow; nothing has run\n"
    )
    assert pgmig_inside("goto", "1", "--env", "planned").code == 4
    for command in (["up"], ["goto", "1"]):
        assert pgmig_inside(*command, "--dry-run", "--env", "planned").code == 4
    shadow = ("--shadow-url", server.url(), "--env", "planned")
    untried = pgmig_inside("plan", "1", "--no-shadow", "--out", "plan.json", "--env", "planned")
    assert untried.code == 0
    assert pgmig_inside("up", "--plan", "plan.json", "--env", "planned").code == 4
    assert pgmig_inside("plan", "1", "--out", "plan.json", *shadow).code == 0
    for _ in range(2):  # a pipeline that is repeated
        assert pgmig_inside("up", "--plan", "plan.json", "--env", "planned").code == 0
    assert pgmig_inside("up").code == 0
    moved = pgmig_inside("up", "--plan", "plan.json", "--env", "planned")
    assert (moved.code, "the database has moved since the plan was made" in moved.err) == (4, True)
    assert pgmig_inside("down", "--yes").code == 0
    for more in ([], ["--dry-run"]):
        assert pgmig_inside("redo", "--yes", "--env", "planned", *more).code == 4
    assert pgmig_inside("down", "--yes", "--env", "planned").code == 0
