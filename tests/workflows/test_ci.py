"""ci.yml: its steps as they stand, on this repository, with few of the tests."""

import os
from pathlib import Path

import pytest

from tests.fixtures.servers import Server
from tests.workflows.conftest import ROOT, WORKFLOWS
from tests.workflows.hub import Hub
from tests.workflows.runner import Event, Hosted

_FEW = "tests/shadow/test_server_fixtures.py -k 'ordinary_account or pg_dump_is_of'"


@pytest.mark.newest
def test_the_tests_of_a_major_run_here(server: Server, tmp_path: Path) -> None:
    runs("test", server, tmp_path)


# `make test` begins with `make check` itself, so that there is little to learn from it here.
@pytest.mark.newest
@pytest.mark.thorough
def test_the_gate_runs_here(server: Server, tmp_path: Path) -> None:
    runs("check", server, tmp_path)


def runs(name: str, server: Server, folder: Path) -> None:
    """Run a job of ci.yml; a few tests are enough."""
    machine = {
        "PYTEST_ADDOPTS": _FEW,
        "PGMIG_POSTGRES": os.environ.get("PGMIG_POSTGRES", ""),
    }
    hosted = Hosted(ROOT, Hub(), folder, machine=machine, in_place=ROOT)
    event = Event("push", "refs/heads/main")

    jobs = hosted.run(WORKFLOWS / "ci.yml", event, {"major": str(server.major)}, only=name)

    assert jobs is not None
    assert jobs[name].result == "success", jobs[name].log
    assert " passed" in jobs[name].log
