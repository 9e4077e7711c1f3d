"""README's section on pipelines and its guide: every line of code in them runs, in their order."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.fixtures.servers import Program, Server
from tests.workflows.conftest import ROOT, Team
from tests.workflows.runner import Event, Hosted

pytestmark = pytest.mark.newest

GUIDE = ROOT / "docs/pipeline.md"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_WORKFLOW = """
on: push
permissions: {}
jobs:
  only:
    permissions: {}
    steps:
      - name: Check out
        uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683
        with: {persist-credentials: "false"}
"""
CHANGE = {
    "migrations/0002_phone.up.sql": "ALTER TABLE shop.customer ADD COLUMN phone text;\n",
    "migrations/0002_phone.down.sql": (
        "-- pgmig: allow=drop-column\nALTER TABLE shop.customer DROP COLUMN phone;\n"
    ),
}


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str


def blocks(text: str) -> Iterator[Block]:
    yield from (Block(*found) for found in _BLOCK.findall(text))


def section() -> str:
    """README's, from its title to the next."""
    _, rest = (ROOT / "README.md").read_text().split("## In your pipeline\n")
    return rest.split("\n## ")[0]


@pytest.fixture
def stranger(
    team: Team, tmp_path: Path, make_database: Callable[[], str], server: Server
) -> tuple[Team, str]:
    """A branch with a change, of a project that has no workflows yet; and its production."""
    team.git("rm", "-q", "-r", ".github", "pgmig.toml")
    team.commit("before pgmig init")
    url = make_database()
    team.pgmig("up", "--url", url)
    team.pgmig("seed", "--url", url)
    team.git("clone", "-q", "--bare", ".", str(tmp_path / "origin"))
    team.git("remote", "add", "origin", str(tmp_path / "origin"))
    team.git("fetch", "-q", "origin")
    team.git("checkout", "-q", "-b", "change")
    team.write(CHANGE)
    team.pgmig("verify", "--seal", "--major", str(server.major))
    team.commit("a phone")
    return team, url


def shell(team: Team, script: str) -> None:
    """Run a block; each of its lines has to succeed."""
    path = f"{Path(sys.prefix) / 'bin'}:{team.environment['PATH']}"
    cache = {
        "PRE_COMMIT_HOME": str(team.work.parent / "pre-commit"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script],
        cwd=team.work,
        env=team.environment | cache | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def settings(team: Team, text: str, url: str) -> None:
    """Add to the settings; the page does not say where its production is."""
    path = team.work / "pgmig.toml"
    path.write_text(path.read_text() + text.replace("[env.prod]\n", f'[env.prod]\nurl = "{url}"\n'))


def test_every_line_of_readme_is_run(stranger: tuple[Team, str], psql: Program) -> None:
    team, url = stranger
    text = section()
    assert len(text.splitlines()) < 60
    ran: list[str] = []
    for place, block in enumerate(blocks(text)):
        ran.append(block.language)
        if block.language == "python":
            team.write({"tests/test_plans.py": block.text})
            continue
        assert block.language == "sh"
        shell(team, block.text)
        if place == 0:
            (insists,) = (each for each in blocks(GUIDE.read_text()) if each.language == "toml")
            settings(team, f"\n{insists.text}", url)
            team.commit("pgmig init")

    assert ran == ["sh", "sh", "python", "sh"]
    assert psql(url, "-At", "-c", "SELECT count(phone) FROM shop.customer").stdout == "0\n"
    links = re.findall(r"\.github/workflows/[a-z-]+\.yml", text)
    assert links
    assert all((team.work / link).is_file() for link in links)


def _wheel(text: str) -> str:
    """The file that the page says comes of it."""
    return text.strip().rpartition("# ")[2]


def test_every_line_of_the_guide_is_run(
    stranger: tuple[Team, str], hosted: Hosted, tmp_path: Path
) -> None:
    team, url = stranger
    ran: list[str] = []
    for block in blocks(GUIDE.read_text()):
        ran.append(block.language)
        if block.language == "toml":
            settings(team, f"\n{block.text}", url)
        elif "pip wheel" in block.text:
            (team.work.parent / "pgmig").symlink_to(ROOT)
            shell(team, block.text)
            assert [path.name for path in (team.work / "tools").iterdir()] == [_wheel(block.text)]
        elif block.language == "yaml":
            team.commit("pgmig init")
            workflow = tmp_path / "own.yml"
            workflow.write_text(_WORKFLOW + re.sub("^", " " * 6, block.text, flags=re.MULTILINE))
            owned = replace(hosted, secrets={"": {"PGMIG_DATABASE_URL": url}})
            jobs = owned.run(workflow, Event("push", "refs/heads/change"))
            assert jobs is not None
            assert jobs["only"].outcomes == {
                "Check out": "success",
                "Fail when something is pending": "failure",
            }
            assert "1 pending" in jobs["only"].annotations[-1].text
        else:
            assert block.language == "sh"
            shell(team, block.text)

    assert ran == ["sh", "sh", "toml", "yaml"]
