"""action.yml: what it installs, and what becomes of a command's output."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.servers import Program
from tests.workflows.conftest import ROOT, Team
from tests.workflows.hub import Hub
from tests.workflows.runner import Annotation, Event, Hosted

_WORKFLOW = """
on: push
permissions: {}
jobs:
  only:
    permissions: {}
    steps:
      - name: install
        uses: ./
      - name: run
        uses: ./
        with: {command: new, arguments: "--migrations '::error::100%' 'a name'"}
      - name: fail
        id: failing
        uses: ./
        with: {command: new, arguments: "'$(touch there)'"}
      - name: skip
        uses: ./
        with: {command: --version}
      - name: afterwards
        if: ${{ failure() && steps.failing.outcome == 'failure' }}
        run: echo "$CODE"; pgmig --version
        env:
          CODE: ${{ steps.failing.outputs.exit-code }}
"""


def test_it_installs_pgmig_from_its_own_source_and_runs_it(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("action.yml", "action", "pyproject.toml", "README.md", "pgmig"):
        (source / name).symlink_to(ROOT / name)
    workflow = tmp_path / "workflow.yml"
    workflow.write_text(_WORKFLOW)
    hosted = Hosted(source, Hub(), tmp_path / "host", installed=None, in_place=source)

    jobs = hosted.run(workflow, Event("push", "refs/heads/main"))

    assert jobs is not None
    job = jobs["only"]
    assert job.outcomes == {
        "install": "success",
        "run": "success",
        "fail": "failure",
        "skip": "skipped",
        "afterwards": "success",
    }, job.log
    installed = job.steps[0].log.splitlines()[-1]
    assert installed.startswith("pgmig ")
    assert job.steps[-1].log == f"2\n{installed}\n"
    # What a command prints is no workflow command, and no shell reads its arguments.
    assert (source / "::error::100%/0001_a_name.up.sql").is_file()
    assert not (source / "there").exists()
    assert job.annotations == [
        Annotation("error", "no script can be named '$(touch there)'", {"title": "pgmig new"})
    ]
    assert job.summary.startswith("### ✅ `pgmig new`\n\n```text\n::error::100%/0001")
    assert "### ❌ `pgmig new`\n\n```text\nerror: no script can be named" in job.summary


@pytest.mark.newest
def test_a_run_that_is_cancelled_ends_in_good_order(
    team: Team, database: str, psql: Program, tmp_path: Path
) -> None:
    team.pgmig("up", "--url", database)
    team.write(
        {
            "migrations/0002_slow.up.sql": "CREATE TABLE shop.slow (); SELECT pg_sleep(60);\n",
            "migrations/0002_slow.down.sql": "DROP TABLE shop.slow;\n",
        }
    )
    (tmp_path / "pgmig").symlink_to(sys.prefix)
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    running = subprocess.Popen(
        [tmp_path / "pgmig/bin/python", "-u", ROOT / "action/run.py"],
        cwd=team.work,
        env=team.environment
        | {"COMMAND": "up", "ARGUMENTS": "", "DATABASE": database, "REPORT": "", "TOLERATED": ""}
        | files,
        stdout=subprocess.PIPE,
        text=True,
    )
    at_work = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    while psql(database, "-At", "-c", at_work).stdout != "1\n":
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate(timeout=30)

    assert running.returncode == 1, said
    assert "error: stopped\n" in said
    assert "now: nothing was changed" in (tmp_path / "GITHUB_STEP_SUMMARY").read_text()
    assert psql(database, "-At", "-c", at_work).stdout == "0\n"
    assert psql(database, "-At", "-c", "SELECT to_regclass('shop.slow')").stdout == "\n"
