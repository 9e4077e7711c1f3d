"""ci.yml: its steps as they stand, on this repository, with few of the tests."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.fixtures.servers import Server
from tests.workflows.conftest import ROOT, WORKFLOWS
from tests.workflows.hub import Hub
from tests.workflows.runner import Event, Hosted

pytestmark = pytest.mark.newest

_FEW = "tests/shadow/test_server_fixtures.py -k 'ordinary_account or is_of_the_major'"


def test_its_steps_work_here(server: Server, tmp_path: Path) -> None:
    machine: Mapping[str, str] = {
        "PYTEST_ADDOPTS": _FEW,
        "PGMIG_POSTGRES": os.environ.get("PGMIG_POSTGRES", ""),
    }
    hosted = Hosted(ROOT, Hub(), tmp_path, machine=machine, in_place=ROOT)

    jobs = hosted.run(
        WORKFLOWS / "ci.yml", Event("push", "refs/heads/main"), {"major": str(server.major)}
    )

    assert jobs is not None
    for job in jobs.values():
        assert job.result == "success", job.log
        assert "1 passed" in job.log
