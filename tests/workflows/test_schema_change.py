"""schema-change.yml on pull requests of a team: what reviewers see of each, and its gate."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workflows.conftest import Team
from tests.workflows.runner import Hosted

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
    assert "0002_phone" in jobs["check"].summary
    assert "phone" in jobs["check"].summary
    ours = hosted.hub.comments[1:]
    assert [comment["body"].split("\n", 1)[1] for comment in ours] == [jobs["check"].summary]

    more = {"seeds/shop.plan.csv": "name,cents\nfree,0\npro,900\nteam,4900\n"}
    jobs = hosted.run(workflow("schema-change"), team.pull_request(7, GOOD | more))
    assert jobs is not None
    assert jobs["comment"].result == "success"
    assert hosted.hub.comments[0]["body"] == "<!-- pgmig report -->\nmine"
    assert len(hosted.hub.comments) == 2
    assert "team" in hosted.hub.comments[1]["body"]


BAD = {
    "a statement that fails": (
        {
            "migrations/0002_a.up.sql": "CREATE TABLE shop.a ();\n\nALTER TABLE shop.nothing ADD b int;\n",
            "migrations/0002_a.down.sql": "-- pgmig: allow=drop-table\nDROP TABLE shop.a;\n",
        },
        ("migrations/0002_a.up.sql", "3", 'relation "shop.nothing" does not exist'),
    ),
    "a way down that does not lead back": (
        {
            "migrations/0002_a.up.sql": "ALTER TABLE shop.plan ADD COLUMN a int, ADD COLUMN b int;\n",
            "migrations/0002_a.down.sql": (
                "-- pgmig: allow=drop-column\nALTER TABLE shop.plan DROP COLUMN a;\n"
            ),
        },
        ("migrations/0002_a.down.sql", None, "column b"),
    ),
    "an edited script": (
        {"migrations/0001_baseline.up.sql": "CREATE SCHEMA shop;\n"},
        ("migrations/0001_baseline.up.sql", None, "sealed"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_the_gate_names_the_line(what: str, hosted: Hosted, team: Team, workflow: Workflow) -> None:
    files, (file, line, text) = BAD[what]

    jobs = hosted.run(workflow("schema-change"), team.pull_request(7, files, is_sealed=False))

    assert jobs is not None
    assert {name: job.result for name, job in jobs.items()} == {
        "check": "failure",
        "comment": "success",
    }, jobs["check"].log
    notes = [note for note in jobs["check"].annotations if "file" in note.properties]
    told = {(n.level, n.properties["file"], n.properties.get("line")) for n in notes}
    assert told == {("error", file, line)}, notes
    assert text in notes[0].text
    assert text in hosted.hub.comments[0]["body"]


def test_a_fork_gets_its_report_in_the_summary_alone(
    hosted: Hosted, team: Team, workflow: Workflow
) -> None:
    event = team.pull_request(7, GOOD)
    event.payload["pull_request"]["head"]["repo"]["full_name"] = "ann/shop"
    jobs = hosted.run(workflow("schema-change"), event)
    assert jobs is not None
    assert {name: job.result for name, job in jobs.items()} == {
        "check": "success",
        "comment": "skipped",
    }
    assert jobs["check"].summary.endswith("may not write a comment: the report is here alone.\n")
    assert hosted.hub.requests == []

    assert hosted.run(workflow("schema-change"), replace(event, changed=("README.md",))) is None
