"""A team's repository with the workflows, as `pgmig init --github` wrote them, and its host."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fixtures.servers import Server
from tests.workflows.hub import serving
from tests.workflows.runner import Event, Hosted

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github/workflows"

FILES = {
    "seeds/shop.plan.csv": "name,cents\nfree,0\npro,900\n",
    "migrations/0001_baseline.up.sql": """CREATE SCHEMA shop;
CREATE TABLE shop.plan (name text PRIMARY KEY, cents integer NOT NULL);
CREATE TABLE shop.customer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL,
    plan text NOT NULL REFERENCES shop.plan);
""",
    "migrations/0001_baseline.down.sql": """-- pgmig: allow=drop-table
DROP TABLE shop.customer;
DROP TABLE shop.plan;
DROP SCHEMA shop;
""",
}


@dataclass
class Team:
    """A repository with a working copy, and what is known of the machine."""

    work: Path
    environment: dict[str, str]

    def git(self, *line: str) -> str:
        done = subprocess.run(
            ["git", *line], cwd=self.work, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def pgmig(self, *line: str) -> None:
        subprocess.run(
            [Path(sys.prefix) / "bin/pgmig", *line],
            cwd=self.work,
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, message: str) -> tuple[str, ...]:
        """Commit everything; gives the paths that it touches."""
        self.git("add", "--all")
        self.git("commit", "-q", "-m", message)
        return tuple(self.git("show", "--name-only", "--format=", "HEAD").splitlines())

    def pull_request(self, number: int, files: dict[str, str], *, is_sealed: bool = True) -> Event:
        """A pull request with these files, as GitHub would merge it; the next commit adds to it."""
        branch = f"change-{number}"
        self.git("checkout", "-q", "-B", branch, "main")
        self.write(files)
        if is_sealed:
            self.pgmig("verify", "--seal")
        changed = self.commit("a change")
        self.git("checkout", "-q", "--detach", "main")
        self.git("merge", "-q", "--no-ff", "-m", "merge", branch)
        self.git("update-ref", f"refs/pull/{number}/merge", "HEAD")
        self.git("checkout", "-q", "main")
        head = {"sha": self.git("rev-parse", branch), "repo": {"full_name": "team/shop"}}
        return Event(
            "pull_request",
            f"refs/pull/{number}/merge",
            {"pull_request": {"number": number, "head": head}},
            changed,
        )

    def push(self, files: dict[str, str], *, is_sealed: bool = True) -> Event:
        """A commit on main."""
        self.write(files)
        if is_sealed:
            self.pgmig("verify", "--seal")
        return Event("push", "refs/heads/main", {}, self.commit("a change"))


@pytest.fixture
def machine(server: Server) -> dict[str, str]:
    """What a machine's image sets: which PostgreSQL, and here the server that runs already."""
    return {"PGMIG_SERVER_DIR": str(server.local.directory), "PGMIG_POSTGRES": str(server.bindir)}


@pytest.fixture(scope="session")
def first_commit(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Path:
    """The repository as it begins."""
    work = tmp_path_factory.mktemp("team") / "shop"
    work.mkdir()
    environment = _environment(
        {"PGMIG_SERVER_DIR": str(server.local.directory), "PGMIG_POSTGRES": str(server.bindir)}
    )
    team = Team(work, environment)
    for line in (
        ("init", "-q", "-b", "main"),
        ("config", "user.name", "Team"),
        ("config", "user.email", "team@shop.example"),
        ("config", "commit.gpgsign", "false"),
    ):
        team.git(*line)
    team.write(FILES)
    team.pgmig("init", "--github")
    team.pgmig("verify", "--seal")
    team.commit("the beginning")
    return work


@pytest.fixture
def team(first_commit: Path, tmp_path: Path, machine: dict[str, str]) -> Team:
    """A copy of it."""
    shutil.copytree(first_commit, tmp_path / "shop")
    return Team(tmp_path / "shop", _environment(machine))


@pytest.fixture
def hosted(team: Team, tmp_path: Path, machine: dict[str, str]) -> Iterator[Hosted]:
    """The team's repository on its host."""
    with serving() as hub:
        yield Hosted(team.work, hub, tmp_path / "host", machine=machine)


@pytest.fixture
def workflow(team: Team) -> Callable[[str], Path]:
    """Finds a workflow of the team."""
    return lambda name: team.work / f".github/workflows/{name}.yml"


def _environment(machine: dict[str, str]) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PG", "DATA"))}
    return kept | machine
