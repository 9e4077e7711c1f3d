"""`pgmig init` writes files that tools accept and that run: the templates are what runs here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pgmig.commands.init import PARTS, init, part
from pgmig.commands.new import new
from tests.cli.conftest import Ran, Run
from tests.fixtures.servers import Server
from tests.workflows.hub import serving
from tests.workflows.runner import Event, Hosted

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "pgmig" / "templates"
PROGRAMS = Path(sys.executable).parent

# The action of this repository is its root, and its migrations have the usual names.
_ELSEWHERE = (
    ("uses: ./\n", "uses: ./.github/actions/pgmig\n"),
    ("${{ vars.PGMIG_VERSION }}", '"@VERSION@"'),
    ("migrations/", "@MIGRATIONS@/"),
    ("seeds/", "@SEEDS@/"),
    ("pgmig.toml", "@SETTINGS@"),
)

_HERE = {
    ".github/workflows/schema-change.yml": ".github/workflows/schema-change.yml",
    ".github/workflows/deploy.yml": ".github/workflows/deploy.yml",
    ".github/actions/pgmig/action.yml": "action.yml",
    ".github/actions/pgmig/action/install.sh": "action/install.sh",
    ".github/actions/pgmig/action/run.py": "action/run.py",
    ".github/actions/pgmig/action/comment.py": "action/comment.py",
    ".github/zizmor.yml": ".github/zizmor.yml",
}


@pytest.mark.parametrize(("place", "template"), part("github").files)
def test_a_template_is_the_file_of_this_repository(place: str, template: str) -> None:
    if place not in _HERE:
        assert place == ".github/workflows/ci.yml"  # ours tests pgmig itself
        return
    text = (ROOT / _HERE[place]).read_text()
    if "workflows" in place:
        for ours, theirs in _ELSEWHERE:
            text = text.replace(ours, theirs)
    if os.environ.get("PGMIG_GOLDEN"):
        (TEMPLATES / template).write_text(text)
    assert (TEMPLATES / template).read_text() == text


def test_the_action_has_all_its_files() -> None:
    written = {Path(ours).name for ours in _HERE.values() if ours.startswith("action/")}
    assert written == {path.name for path in (ROOT / "action").iterdir() if path.is_file()}


def test_tools_find_nothing_in_what_is_written(folder: Path, pgmig: Run) -> None:
    (folder / "pgmig.toml").write_text('migrations = "db/scripts"\n')
    assert pgmig("init", "--github", "--pre-commit", "--docker").code == 0
    workflows = sorted((folder / ".github" / "workflows").iterdir())
    action = folder / ".github" / "actions" / "pgmig" / "action.yml"
    for line in (
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows],
        ["check-jsonschema", "--builtin-schema", "vendor.github-actions", action],
        ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"],
        ["zizmor", "--offline", "--strict-collection", "--persona=auditor", ".github"],
        ["pre-commit", "validate-config"],
        ["hadolint", "Dockerfile"],
        ["kubernetes-validate", "--strict", *sorted(Path(folder, "deploy").iterdir())],
    ):
        done = subprocess.run(
            [PROGRAMS / line[0], *line[1:]], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_it_tells_the_files_and_what_to_type_next(folder: Path, pgmig: Run) -> None:
    first = pgmig("init", "--pre-commit")
    assert first == Ran(
        0,
        "pgmig.toml\n.pre-commit-config.yaml\n",
        "next:\n"
        "  export PGMIG_DATABASE_URL=postgresql://...  # or url in pgmig.toml\n"
        "  pgmig new first_tables  # for a database with tables: pgmig baseline\n"
        "  pgmig up\n"
        "  pgmig verify --seal\n"
        "  git add .pre-commit-config.yaml migrations pgmig.toml\n"
        "  pre-commit install\n",
    )
    again = pgmig("init", "--pre-commit")
    assert again == Ran(
        2,
        "",
        "error: there is a file already: .pre-commit-config.yaml; nothing was written\n"
        f"   at: {folder}\n"
        "   do: rename it, run the same command again, and take over what you need of both\n",
    )
    (folder / "pgmig.toml").unlink()
    assert "PGMIG" not in pgmig("init", DATABASE_URL="postgresql:///app").err
    assert "PGMIG_PACKAGE" in pgmig("init", "--github").err
    told = json.loads(pgmig("init", "--docker", "--json").out)
    assert told["kept"] == str(folder / "pgmig.toml")
    assert told["files"] == [str(folder / place) for place, _ in part("docker").files]
    assert told["then"][-1] == "docker compose up --build"


_WHICH_SERVER = """import psycopg


def test_it_is_on_the_server_of_the_job(pgmig_url):
    with psycopg.connect(pgmig_url) as conn:
        row = conn.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
        assert row == ({},)
        assert conn.info.server_version // 10000 == {}
"""


@pytest.mark.newest
def test_a_new_project_passes_its_own_ci(server: Server, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "--quiet", "--initial-branch=main")
    init(work, PARTS)
    made = new(work / "migrations", "first_tables")
    made.up.write_text("CREATE TABLE public.a (i int);\n")
    made.down.write_text("-- pgmig: allow=drop-table\nDROP TABLE public.a;\n")
    asked = "SELECT system_identifier FROM pg_control_system()"
    identifier = server.run("psql", server.url(), "-Atc", asked).stdout.strip()
    (work / "tests").mkdir()
    (work / "tests" / "test_server.py").write_text(_WHICH_SERVER.format(identifier, server.major))
    seal = [PROGRAMS / "pgmig", "verify", "--seal", "--shadow-url", server.url()]
    subprocess.run(seal, cwd=work, check=True, capture_output=True)
    git(work, "add", "--all")
    git(work, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--message=first")

    # The database that GitHub would run beside the job is the server under test.
    path = work / ".github" / "workflows" / "ci.yml"
    document = yaml.load(path.read_text(), yaml.BaseLoader)
    services = document["jobs"]["test"].pop("services")
    assert services["postgres"]["ports"] == ["5432:5432"]
    variables = document["jobs"]["test"]["env"]
    for name in ("SHADOW_DATABASE_URL", "PGMIG_TEST_URL"):
        assert variables[name] == "postgresql://postgres@localhost:5432/postgres"
        variables[name] = server.url()
    mine = tmp_path / "ci.yml"
    mine.write_text(yaml.safe_dump(document))
    # What the action's step that installs would do for the steps that follow.
    machine = {"PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    with serving() as hub:
        hosted = Hosted(work, hub, tmp_path / "host", machine=machine)
        jobs = hosted.run(mine, Event("push", "refs/heads/main"), {"major": "18"})

    assert jobs is not None
    assert jobs["test"].result == "success", jobs["test"].log
    assert set(jobs["test"].outcomes.values()) == {"success"}
    assert "1 script of 1 proved" in jobs["test"].summary
    assert "3 passed" in jobs["test"].log  # the script, the directory and the project's own


def git(folder: Path, *line: str) -> None:
    """Run git there."""
    subprocess.run(["git", *line], cwd=folder, check=True, capture_output=True)
