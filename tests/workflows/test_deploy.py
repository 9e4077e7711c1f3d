"""deploy.yml against a production database: the plan, what follows, and what stops before it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fixtures.servers import Program
from tests.workflows.conftest import Team
from tests.workflows.runner import Event, Hosted, Job

pytestmark = pytest.mark.newest

Workflow = Callable[[str], Path]

PHONE = {
    "migrations/0002_phone.up.sql": "ALTER TABLE shop.customer ADD COLUMN phone text;\n",
    "migrations/0002_phone.down.sql": (
        "-- pgmig: allow=drop-column\nALTER TABLE shop.customer DROP COLUMN phone;\n"
    ),
}
UNIQUE = {
    "migrations/0002_one_email.up.sql": (
        "CREATE UNIQUE INDEX one_email ON shop.customer (email);\n"
    ),
    "migrations/0002_one_email.down.sql": "DROP INDEX shop.one_email;\n",
}


@pytest.fixture
def production(team: Team, make_database: Callable[[], str], psql: Program) -> str:
    """Production as it is: the first version, its rows, and customers."""
    url = make_database()
    team.pgmig("up", "--url", url)
    team.pgmig("seed", "--url", url)
    customers = "INSERT INTO shop.customer (email, plan) VALUES ('a@b', 'pro'), ('a@b', 'free')"
    psql(url, "-c", customers)
    return url


@pytest.fixture
def released(hosted: Hosted, production: str) -> Hosted:
    """The host with the environments of the repository's settings."""
    secret = {"PGMIG_DATABASE_URL": production}
    return replace(hosted, secrets={"production-plan": secret, "production": secret})


def results(jobs: dict[str, Job] | None) -> dict[str, str]:
    assert jobs is not None
    return {name: job.result for name, job in jobs.items()}


def test_main_is_planned_approved_applied_and_looked_at(
    released: Hosted, team: Team, production: str, workflow: Workflow, psql: Program
) -> None:
    plans = {"seeds/shop.plan.csv": "name,cents\nfree,0\npro,1100\n"}
    event = team.push(PHONE | plans)

    jobs = released.run(workflow("deploy"), event)

    assert jobs is not None
    log = "".join(job.log for job in jobs.values())
    assert results(jobs) == {"plan": "success", "deploy": "success"}, log
    assert released.reached == ["production-plan", "production"]
    assert "0002_phone" in jobs["plan"].summary
    assert "0002_phone" in jobs["deploy"].summary
    found = psql(
        production,
        "-At",
        "-c",
        "SELECT phone, cents FROM shop.customer, shop.plan WHERE plan = name AND name = 'pro'",
    ).stdout
    assert found == "|1100\n"

    psql(production, "-c", "ALTER TABLE shop.customer ADD COLUMN by_hand int")
    again = released.run(workflow("deploy"), replace(event, name="workflow_dispatch"))
    assert again is not None
    assert results(again) == {"plan": "success", "deploy": "failure"}
    assert again["deploy"].outcomes["Apply what was planned"] == "success"
    assert again["deploy"].outcomes["Look for drift"] == "failure"
    assert again["deploy"].outcomes["Bring the rows of seeds/"] == "skipped"
    assert "by_hand" in again["deploy"].summary


def _edited(team: Team) -> None:
    path = team.work / "migrations/0001_baseline.up.sql"
    path.write_text(path.read_text() + "-- a word more\n")


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("duplicates", "id=1 and id=2"),
        ("edited", "not the text that was applied"),
        ("unreachable", "127.0.0.1"),
    ],
)
def test_a_refusal_stops_before_anything(
    what: str,
    why: str,
    released: Hosted,
    team: Team,
    production: str,
    workflow: Workflow,
    pg_dump: Callable[..., str],
) -> None:
    if what == "edited":
        _edited(team)
    if what == "unreachable":
        secret = {"PGMIG_DATABASE_URL": "postgresql://deployer:zx81-secret@127.0.0.1:1/app"}
        released = replace(released, secrets=dict.fromkeys(released.secrets, secret))
    event = team.push(UNIQUE if what == "duplicates" else PHONE)
    before = pg_dump(production)

    jobs = released.run(workflow("deploy"), event)

    assert results(jobs) == {"plan": "failure", "deploy": "skipped"}, jobs
    assert jobs is not None
    errors = [note.text for note in jobs["plan"].annotations if note.level == "error"]
    assert any(why in text for text in errors), errors
    assert why in jobs["plan"].summary
    assert "production" not in released.reached
    assert without_key(pg_dump(production)) == without_key(before)


def test_what_changed_while_somebody_approved_stops_before_anything(
    released: Hosted,
    team: Team,
    production: str,
    workflow: Workflow,
    psql: Program,
    pg_dump: Callable[..., str],
) -> None:
    meanwhile = []

    def approve(environment: str) -> None:
        if environment == "production":
            team.pgmig("down", "--yes", "--url", production)
            meanwhile.append(pg_dump(production))

    released = replace(released, on_reach=approve)
    team.push(PHONE)
    team.pgmig("up", "--url", production)
    index = {name.replace("0002", "0003"): text for name, text in UNIQUE.items()}
    psql(production, "-c", "UPDATE shop.customer SET email = id")

    jobs = released.run(workflow("deploy"), team.push(index))

    assert results(jobs) == {"plan": "success", "deploy": "failure"}
    assert jobs is not None
    assert jobs["deploy"].outcomes["Look for drift"] == "skipped"
    assert "the plan" in jobs["deploy"].annotations[0].text
    assert without_key(pg_dump(production)) == without_key(meanwhile[0])


def without_key(dump: str) -> list[str]:
    """The dump without the word that pg_dump 18 makes up each time."""
    return [line for line in dump.splitlines() if not line.startswith(("\\restrict", "\\unres"))]


def test_another_branch_is_not_deployed(released: Hosted, team: Team, workflow: Workflow) -> None:
    team.git("checkout", "-q", "-b", "elsewhere")
    event = team.push(PHONE)

    assert released.run(workflow("deploy"), replace(event, ref="refs/heads/elsewhere")) is None
    started_by_hand = Event("workflow_dispatch", "refs/heads/elsewhere")
    jobs = released.run(workflow("deploy"), started_by_hand)
    assert results(jobs) == {"plan": "skipped", "deploy": "skipped"}
    assert released.reached == []
