"""The files by themselves: schemas, zizmor, and what no tool asks for."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.prefix) / "bin"
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
ACTION = ROOT / "action.yml"

# A deployment is never cut off, and the next one waits for it, whatever started it.
_CONCURRENCY = {
    "ci": {"group": "ci-${{ github.ref }}", "cancel-in-progress": "true"},
    "schema-change": {"group": "schema-change-${{ github.ref }}", "cancel-in-progress": "true"},
    "deploy": {"group": "deploy-production", "cancel-in-progress": "false"},
}


def test_schemas_and_zizmor_find_nothing() -> None:
    for line in (
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS],
        ["check-jsonschema", "--builtin-schema", "vendor.github-actions", ACTION],
        ["zizmor", "--offline", "--strict-collection", "--persona=auditor", ROOT / ".github"],
        ["zizmor", "--offline", "--strict-collection", "--persona=auditor", ACTION],
    ):
        done = subprocess.run(
            [BIN / line[0], *line[1:]], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_job_may_do_only_what_it_says_and_ends(path: Path) -> None:
    document: dict[str, Any] = yaml.load(path.read_text(), yaml.BaseLoader)

    assert document["permissions"] == {}
    assert document["concurrency"] == _CONCURRENCY[path.stem]
    for name, job in document["jobs"].items():
        assert int(job["timeout-minutes"]) > 0
        writes = {key for key, held in job["permissions"].items() if held == "write"}
        assert writes == ({"pull-requests"} if name == "comment" else set())
        for step in job["steps"]:
            assert "name" in step
            secrets = re.findall(r"secrets\.\w+", str(step))
            assert set(secrets) <= {"secrets.PGMIG_DATABASE_URL"}
            assert len(secrets) == str(step.get("with", {}).get("url", "")).count("secrets.")
        assert "secrets" not in str({key: held for key, held in job.items() if key != "steps"})
    assert "secrets" not in str({key: held for key, held in document.items() if key != "jobs"})


def test_no_expression_stands_in_a_script() -> None:
    documents = [yaml.load(path.read_text(), yaml.BaseLoader) for path in WORKFLOWS]
    steps = [
        step for document in documents for job in document["jobs"].values() for step in job["steps"]
    ]
    steps += yaml.load(ACTION.read_text(), yaml.BaseLoader)["runs"]["steps"]

    assert all("${{" not in step.get("run", "") for step in steps)
