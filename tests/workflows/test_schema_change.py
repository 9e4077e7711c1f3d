"""schema-change.yml on pull requests of a team: what reviewers see of each, and its gate."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workflows.conftest import FILES, Team
from tests.workflows.runner import Event, Hosted

pytestmark = pytest.mark.newest

Workflow = Callable[[str], Path]

GOOD = {
    "migrations/0002_phone.up.sql": "ALTER TABLE shop.customer ADD COLUMN phone text;\n",
    "migrations/0002_phone.down.sql": (
        "-- pgmig: allow=drop-column\nALTER TABLE shop.customer DROP COLUMN phone;\n"
    ),
}


def test_a_pull_request_is_told_in_one_comment_that_the_next_commit_updates(
    hosted: Hosted, team: Team, workflow: Workflow
) -> None:
    hosted.hub.comments.append(
        {
            "id": 1,
            "issue": 7,
            "user": {"login": "ann", "type": "User"},
            "body": "<!-- pgmig report -->\nmine",
        }
    )
    jobs = hosted.run(workflow("schema-change"), team.pull_request(7, GOOD))
    assert jobs is not None
    assert {name: job.result for name, job in jobs.items()} == {
        "check": "success",
        "comment": "success",
    }, jobs["check"].log
    titles = re.findall(r"^### \S+ `(.*?)`", jobs["check"].summary, re.MULTILINE)
    assert titles == ["pgmig verify", "pgmig lint", "pgmig diff", "pgmig diff --data"]
    assert "column phone is new" in jobs["check"].summary
    assert len(hosted.hub.comments) == 2
    assert jobs["check"].summary in hosted.hub.comments[1]["body"]

    more = {"seeds/shop.plan.csv": "name,cents\nfree,0\npro,900\nteam,4900\n"}
    event = team.pull_request(7, GOOD | more)
    jobs = hosted.run(workflow("schema-change"), event)
    assert jobs is not None
    assert jobs["comment"].result == "success"
    assert hosted.hub.comments[0]["body"] == "<!-- pgmig report -->\nmine"
    assert len(hosted.hub.comments) == 2
    assert "| `shop.plan` | 3 |" in hosted.hub.comments[1]["body"]
    assert event.payload["pull_request"]["head"]["sha"] in hosted.hub.comments[1]["body"]


UP, DOWN = "migrations/0002_a.up.sql", "migrations/0002_a.down.sql"
BASELINE = "migrations/0001_baseline.up.sql"

BAD = {
    "a statement that fails": (
        {
            UP: "ALTER TABLE shop.plan ADD a int;\n\nALTER TABLE shop.nothing ADD b int;\n",
            DOWN: "-- pgmig: allow=drop-column\nALTER TABLE shop.plan DROP COLUMN a;\n",
        },
        {(UP, "3")},
        'relation "shop.nothing" does not exist',
    ),
    "a way down that does not lead back": (
        {
            UP: "ALTER TABLE shop.plan ADD COLUMN a int, ADD COLUMN b int;\n",
            DOWN: "-- pgmig: allow=drop-column\nALTER TABLE shop.plan DROP COLUMN a;\n",
        },
        {(DOWN, "1"), (UP, "1")},
        "column b should not be",
    ),
    "a script that blocks": (
        {
            UP: "SELECT 1;\n\nCREATE INDEX one ON shop.customer (email);\n",
            DOWN: "DROP INDEX shop.one;\n",
        },
        {(UP, "3")},
        "shop.customer",
    ),
    "an edited script": (
        {BASELINE: f"{FILES[BASELINE]}-- a word more\n"},
        {(BASELINE, "1")},
        "sealed",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_the_gate_names_the_line(what: str, hosted: Hosted, team: Team, workflow: Workflow) -> None:
    files, places, text = BAD[what]

    jobs = hosted.run(workflow("schema-change"), team.pull_request(7, files, is_sealed=False))

    assert jobs is not None
    assert {name: job.result for name, job in jobs.items()} == {
        "check": "failure",
        "comment": "success",
    }, jobs["check"].log
    errors = [
        note
        for note in jobs["check"].annotations
        if note.level == "error" and "file" in note.properties
    ]
    assert {(n.properties["file"], n.properties["line"]) for n in errors} == places, errors
    assert text in errors[0].text
    assert text in hosted.hub.comments[0]["body"]


def test_a_fork_gets_its_report_in_the_summary_alone(
    hosted: Hosted, team: Team, workflow: Workflow
) -> None:
    files, _, text = BAD["an edited script"]
    event = team.pull_request(7, files, is_sealed=False)
    event.payload["pull_request"]["head"]["repo"]["full_name"] = "ann/shop"

    jobs = hosted.run(workflow("schema-change"), event)

    assert jobs is not None
    assert (jobs["check"].result, jobs["comment"].result) == ("failure", "skipped")
    assert text in jobs["check"].summary
    assert jobs["check"].summary.endswith("may not write a comment: the report is here alone.\n")
    assert hosted.hub.requests == []


def test_other_files_do_not_start_it(hosted: Hosted, workflow: Workflow) -> None:
    event = Event("pull_request", "refs/pull/7/merge", changed=("README.md", "app/migrations.py"))

    assert hosted.run(workflow("schema-change"), event) is None
