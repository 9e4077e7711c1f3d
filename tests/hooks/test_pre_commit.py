"""Hooks of pre-commit refuse what would break the migrations of others, and nothing else.

Once as hooks of a repository, which pre-commit clones and installs, and once as `pgmig init` writes
them, with the pgmig that is on the path.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pgmig.commands.init import init, part
from pgmig.commands.new import new
from tests.containers.dockerfile import sent
from tests.fixtures.servers import Server

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent

CONFIG = """\
repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: pgmig-sealed
      - id: pgmig-lint
      - id: pgmig-lint-text
      - id: pgmig-verify
"""


class Repository:
    """A repository in which somebody commits."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self._environment = environment
        folder.mkdir()
        self.run("git", "init", "--quiet", "--initial-branch=main")

    def run(self, *line: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            line,
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout
        return done

    def commit(self, *paths: str) -> str:
        """Commit everything, or these; gives what the hooks said against it, or nothing."""
        self.run("git", "add", *(paths or ["--all"]))
        done = self.run("git", "commit", "--quiet", "--message", "a change", check=False)
        return done.stdout if done.returncode else ""

    def script(self, name: str, up: str, down: str) -> Path:
        """Write the next script; gives its way up."""
        made = new(self.folder / "migrations", name)
        made.up.write_text(up)
        made.down.write_text(down)
        return made.up


@pytest.fixture
def environment(tmp_path: Path, server: Server) -> dict[str, str]:
    """The variables of somebody who commits, with a server for shadow databases."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT", "PG"))}
    return kept | {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "PRE_COMMIT_HOME": str(tmp_path / "hooks"),
        "PRE_COMMIT_COLOR": "never",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        "SHADOW_DATABASE_URL": server.url(),
    }


@pytest.mark.newest
def test_hooks_of_a_repository_let_through_only_what_others_can_run(
    environment: dict[str, str], tmp_path: Path
) -> None:
    published = Repository(tmp_path / "published", environment)
    for path in (*sent(ROOT), Path(".pre-commit-hooks.yaml")):
        place = published.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, place)
    published.run("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")
    assert published.commit() == ""
    revision = published.run("git", "rev-parse", "HEAD").stdout.strip()

    project = Repository(tmp_path / "project", environment)
    config = CONFIG.format(repository=published.folder, revision=revision)
    (project.folder / ".pre-commit-config.yaml").write_text(config)
    project.run("pre-commit", "install", "-t", "pre-commit", "-t", "pre-push")
    up = project.script("first", "CREATE TABLE public.a (i int);\n", "DROP TABLE public.a;\n")
    assert "0001_first is not sealed" in project.commit()
    project.run("pgmig", "verify", "--seal")
    assert project.commit() == ""

    # One that was sealed is edited, another has its number as after a merge, one is removed.
    text = up.read_text()
    up.write_text(text + "-- one more remark\n")
    twins = [up.with_name("0001_second.up.sql"), up.with_name("0001_second.down.sql")]
    for half in twins:
        half.write_text("SELECT 1;\n")
    refused = project.commit()
    assert "0001_first" in refused
    assert "0001_second" in refused
    for half in (*twins, up):
        half.unlink()
    assert "0001_first" in project.commit()
    up.write_text(text)

    # One would stop whoever writes to the table.
    project.script("index", "CREATE INDEX a_i ON public.a (i);\n", "DROP INDEX public.a_i;\n")
    project.run("pgmig", "verify", "--seal")
    assert "blocking-index" in project.commit()

    # What only running can show, where somebody passed the hooks of the commit by.
    up.with_name("0002_index.down.sql").write_text("SELECT 1;\n")
    project.run("git", "add", "--all")
    project.run("git", "commit", "--quiet", "--no-verify", "--message", "a change")
    project.run("git", "init", "--quiet", "--bare", "../origin")
    pushed = project.run("git", "push", "--quiet", "../origin", "main", check=False)
    assert pushed.returncode != 0
    assert "0002_index: wrong" in pushed.stdout


@pytest.mark.newest
def test_hooks_that_init_writes_run_the_pgmig_of_the_path(
    environment: dict[str, str], tmp_path: Path
) -> None:
    project = Repository(tmp_path / "project", environment)
    init(project.folder, [part("pre-commit")])
    project.run("pre-commit", "validate-config")
    project.run("pre-commit", "install")
    up = project.script("first", "CREATE TABLE public.a (i int);\n", "DROP TABLE public.a;\n")
    assert "0001_first is not sealed" in project.commit()
    project.run("pgmig", "verify", "--seal")
    assert project.commit() == ""

    # A draft is not part of a commit of something else.
    project.script("draft", "", "")
    (project.folder / "README").write_text("about\n")
    assert project.commit("README") == ""
    assert "0002_draft" in project.run("git", "status", "--porcelain").stdout
    assert "0002_draft" in project.commit()

    up.unlink()
    project.run("git", "add", "--all")
    project.run("git", "commit", "--quiet", "--no-verify", "--message", "a change")
    project.run("git", "init", "--quiet", "--bare", "../origin")
    assert project.run("git", "push", "../origin", "main", check=False).returncode != 0
