"""From a pull request to production on a managed PostgreSQL: `make deploy-demo`.

The workflows of .github/workflows run as on GitHub, their own `run:` lines, on the worked example.
Whatever is not as it is told ends the story with an exit code.
"""

import itertools
import os
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from tests.managed import customer
from tests.managed.cases import CASES, Case
from tests.managed.provider import Provider, managed, quick_folder
from tests.workflows.conftest import Team
from tests.workflows.hub import Hub, serving
from tests.workflows.runner import Event, Hosted, Job, Step

_DATABASE = "cycles"
_ASLEEP = 20.0  # seconds
_IS_BOLD = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
_BOLD, _PLAIN = ("\x1b[1m", "\x1b[0m") if _IS_BOLD else ("", "")
_NUMBERS = itertools.count(1)
_OBEYED = re.compile(r"PG(?!MIG_POSTGRES$|MIG_PGBOUNCER$)|DATABASE_URL|SHADOW_DATABASE_URL")
_SIGNS = {"success": "✓", "failure": "✗", "skipped": "-"}
_ROWS = "seeds/shop.standard_job.csv"
_PATHS = ("migrations/0001_baseline.up.sql",)

_COLUMN = "ALTER TABLE shop.branch ADD COLUMN opens_on_sunday boolean DEFAULT true NOT NULL;\n"
_NO_COLUMN = """-- pgmig: allow=drop-column
ALTER TABLE shop.branch DROP COLUMN opens_on_sunday;
"""
_HASTY = {
    "migrations/0008_sunday.up.sql": _COLUMN
    + "CREATE INDEX rental_clerk ON shop.rental (handed_out_by);\n",
    "migrations/0008_sunday.down.sql": f"{_NO_COLUMN}DROP INDEX shop.rental_clerk;\n",
}
_MENDED = {
    "migrations/0008_sunday.up.sql": _COLUMN,
    "migrations/0008_sunday.down.sql": _NO_COLUMN,
}
_INDEX = {
    "migrations/0009_rental_clerk.up.sql": """-- pgmig: transaction=off
CREATE INDEX CONCURRENTLY rental_clerk ON shop.rental (handed_out_by);
""",
    "migrations/0009_rental_clerk.down.sql": """-- pgmig: transaction=off
DROP INDEX CONCURRENTLY shop.rental_clerk;
""",
}
_POOLED = {
    "migrations/0010_rental_from.up.sql": """-- pgmig: transaction=off
CREATE INDEX CONCURRENTLY rental_from ON shop.rental (lower(during));
""",
    "migrations/0010_rental_from.down.sql": """-- pgmig: transaction=off
DROP INDEX CONCURRENTLY shop.rental_from;
""",
}


def main() -> None:
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _ended)
    with _home() as home, serving() as hub:
        say("A managed PostgreSQL: TLS, SCRAM, no superuser, few connections, PgBouncer in front")
        with managed() as provider:
            told(
                f"direct  {provider.url(password=None, database=_DATABASE)}",
                f"pooled  {provider.url(password=None, database=_DATABASE, pooled=True)}",
            )
            Story(provider, home, hosted(home, hub)).tell()
            say("Everything is stopped and removed")


@dataclass
class Story:
    """The team's work from here on."""

    provider: Provider
    home: Path
    hosted: Hosted

    @property
    def team(self) -> Team:
        """The team's working copy."""
        return Team(self.hosted.origin, environment(**self.hosted.machine))

    def tell(self) -> None:
        self.adopt()
        self.change()
        self.pooled()
        self.go_wrong()
        self.sleep()

    def adopt(self) -> None:
        """The legacy database is the service's, and its baseline recorded."""
        say("The service takes the legacy database in; the team records the baseline there")
        customer.make_roles(self.provider)
        customer.make_database(self.provider, _DATABASE)
        customer.import_legacy(self.provider, _DATABASE)
        self.hosted = with_secrets(self.hosted, self.url())
        self.pgmig("baseline")

        say("The first deployment of main: what the database lacks of the scripts")
        self.deploy(self.event())

    def change(self) -> None:
        """A pull request that is mended, merged and deployed."""
        say("A pull request: a column, and an index that locks a live table")
        told(*_HASTY["migrations/0008_sunday.up.sql"].splitlines())
        jobs = self.run("schema-change", self.team.pull_request(7, _HASTY))
        must(jobs["check"].result == "failure", "the check fails")
        for note in jobs["check"].annotations:
            told(*textwrap.wrap(f"{place(note.properties)}{note.level}: {note.text}", 96))

        say("Its next commit makes the index in a script of its own, without a lock")
        self.team.git("branch", "-q", "-D", "change-7")
        jobs = self.run("schema-change", self.team.pull_request(7, _MENDED | _INDEX))
        must(jobs["check"].result == "success", "the check passes")
        must(len(self.hosted.hub.comments) == 1, "one comment, which was updated")
        told("", "the comment that reviewers read:", "")
        told(*(f"| {line}" for line in self.hosted.hub.comments[0]["body"].splitlines()))

        say("Merged: planned, approved, applied as planned, compared with its history, seeded")
        jobs = self.deploy(self.merge(7))
        told("", *jobs["plan"].summary.splitlines())
        must(self.hosted.reached[-2:] == ["production-plan", "production"], "somebody approved")
        must(self.has("0008_sunday", "0009_rental_clerk"), "both are applied")

    def pooled(self) -> None:
        """The same way through the pooler."""
        say(
            "The next pull request, a price and an index, goes through the pooler when it is merged"
        )
        rows = (self.team.work / _ROWS).read_text()
        files = _POOLED | {_ROWS: rows.replace("adjust,20,14.00", "adjust,20,15.50")}
        self.team.pull_request(8, files)
        self.hosted = with_secrets(self.hosted, self.url(pooled=True))
        self.deploy(self.merge(8))
        found = self.provider.execute(
            "SELECT labour::text FROM shop.standard_job WHERE code = 'brakes_adjust'",
            database=_DATABASE,
        )
        must(found == [("15.50",)] and self.has("0010_rental_from"), "the price has changed")

    def go_wrong(self) -> None:
        """What goes wrong stops before anything."""
        for case in CASES:
            if case.is_told:
                for way in case.ways:
                    self.fail(case, way)

    def fail(self, case: Case, way: str) -> None:
        """One thing that is wrong, in a deployment."""
        say(f"Deployed with {case.title}, {way}")
        is_pooled = way == "pooled"
        event = self.push(case.script)
        given: dict[str, Any] = {**case.url(self.provider)}
        url = self.url(pooled=is_pooled, **given)
        self.hosted = with_secrets(self.hosted, url)
        before = self.provider.dump(_DATABASE)
        with case.moment(self.provider):
            jobs = self.run("deploy", event)
        step = failed(jobs)
        told(*error(jobs), f"exit code {step.outputs['exit-code']}")
        must(step.outputs["exit-code"] == str(case.code), f"exit code {case.code}")
        says = case.pooled if is_pooled and case.pooled else case.says
        must(says in " ".join(error(jobs)), says)
        must(self.provider.dump(_DATABASE) == before, "nothing has changed")
        told("nothing has changed but the forecast: pg_dump says the same, history included")

    def sleep(self) -> None:
        """A database that is asleep, with and without patience."""
        say("The database is asleep, and nothing says how long to wait")
        event = self.push("CREATE TABLE shop.note (words text);")
        self.hosted = with_secrets(self.hosted, self.url())
        before = self.provider.dump(_DATABASE)
        with self.provider.asleep():
            jobs = self.run("deploy", event)
        told(*error(jobs))
        must(failed(jobs).outputs["exit-code"] == "1", "exit code 1")
        must(self.provider.dump(_DATABASE) == before, "nothing has changed")

        say(f'Asleep for {_ASLEEP:g} seconds, with wait = "60s" in pgmig.toml')
        settings = self.team.work / "pgmig.toml"
        self.team.write({"pgmig.toml": 'wait = "60s"\n' + settings.read_text()})
        changed = self.team.commit("wait for the database")
        with self.provider.asleep(_ASLEEP):
            jobs = self.deploy(replace(self.event(), changed=changed))
        waited = [line for line in jobs["plan"].log.splitlines() if line.startswith("waiting ")]
        must(len(waited) == 1, "the plan waits")
        told(*waited)
        must(self.has("0011_change"), "it is applied")

    def run(self, name: str, event: Event) -> dict[str, Job]:
        """Run a workflow and tell its steps."""
        path = self.team.work / f".github/workflows/{name}.yml"
        told(f"{name}.yml, by {event.name}:")
        jobs = self.hosted.run(path, event)
        must(jobs is not None, f"{name}.yml runs")
        for title, job in (jobs or {}).items():
            for step in job.steps:
                if step.outcome != "skipped":
                    told(f"  {_SIGNS[step.outcome]} {title}: {step.name}")
            if job.result == "skipped":
                told(f"  - {title}: not reached")
        return jobs or {}

    def deploy(self, event: Event) -> dict[str, Job]:
        """A deployment that succeeds."""
        jobs = self.run("deploy", event)
        results = {job.result for job in jobs.values()}
        must(results == {"success"}, "".join(job.log for job in jobs.values()))
        return jobs

    def event(self) -> Event:
        """A push to main."""
        return Event("push", "refs/heads/main", {}, _PATHS)

    def merge(self, number: int) -> Event:
        """Merge a pull request."""
        self.team.git("merge", "-q", "--no-ff", "-m", f"merge {number}", f"change-{number}")
        return self.event()

    def push(self, script: str) -> Event:
        """Main has a script that is still to be applied, the only one."""
        files = {
            "migrations/0011_change.up.sql": f"{script}\n",
            "migrations/0011_change.down.sql": '-- pgmig: irreversible="a story"\n',
        }
        self.team.write(files)
        self.team.git("add", "--all")
        self.team.git("commit", "-q", "--allow-empty", "-m", "a change")
        return self.event()

    def pgmig(self, *line: str) -> None:
        """Run pgmig on production as the team does, from a shell."""
        told(f"$ pgmig {' '.join(line)}")
        done = subprocess.run(
            [Path(sys.prefix) / "bin/pgmig", *line],
            cwd=self.team.work,
            env={**self.team.environment, "PGMIG_DATABASE_URL": self.url()},
            capture_output=True,
            text=True,
            check=False,
        )
        must(done.returncode == 0, done.stderr)
        told(*done.stdout.splitlines())

    def url(self, **given: Any) -> str:
        """Production, as the role that deploys."""
        return self.provider.url(database=_DATABASE, **given)

    def has(self, *names: str) -> bool:
        """Whether the history says that these are applied."""
        rows = self.provider.execute("SELECT name FROM pgmig.history", database=_DATABASE)
        return {row[0] for row in rows} >= set(names)


def say(title: str) -> None:
    """The next step of the story."""
    number = next(_NUMBERS)
    sys.stdout.write(f"\n{_BOLD}{number}. {title}{_PLAIN}\n")
    sys.stdout.flush()


def told(*lines: str) -> None:
    """What a step shows."""
    for line in lines:
        sys.stdout.write(f"   {line}".rstrip() + "\n")
    sys.stdout.flush()


def must(holds: bool, what: str) -> None:  # noqa: FBT001 - as assert takes it
    """End the story where something is not as it is told."""
    if not holds:
        raise SystemExit(f"the story is wrong: {what}")


def environment(**more: str) -> dict[str, str]:
    """The variables of this process without those that steer pgmig."""
    kept = {name: text for name, text in os.environ.items() if not _OBEYED.match(name)}
    return kept | more


def hosted(home: Path, hub: Hub) -> Hosted:
    """The team's repository with the workflows, where production is not known yet."""
    work = home / "cycles"
    work.mkdir()
    customer.begin_project(work)
    machine = {"PGMIG_SERVER_DIR": str(home / "own-server")}  # as the guard knows it
    team = Team(work, environment(**machine))
    for line in (
        ("init", "-q", "-b", "main"),
        ("config", "user.name", "The team"),
        ("config", "user.email", "team@cycles.example"),
        ("config", "commit.gpgsign", "false"),
    ):
        team.git(*line)
    team.pgmig("init", "--github")
    team.commit("the beginning")
    return Hosted(work, hub, home / "host", machine=machine)


def with_secrets(host: Hosted, url: str) -> Hosted:
    """The same with production in the secrets of both environments."""
    secret = {"PGMIG_DATABASE_URL": url}
    return replace(host, secrets={"production-plan": secret, "production": secret})


def failed(jobs: dict[str, Job]) -> Step:
    """The one step that failed."""
    found = [step for job in jobs.values() for step in job.steps if step.outcome == "failure"]
    must(len(found) == 1, f"one step fails, not {len(found)}")
    return found[0]


def error(jobs: dict[str, Job]) -> list[str]:
    """The lines of the log that tell what is wrong and what to do."""
    lines = failed(jobs).log.splitlines()
    return [line for line in lines if line.lstrip().startswith(("error: ", "do: ", "now: "))]


def place(properties: dict[str, str]) -> str:
    """The file and line that a note stands beside."""
    return f"{properties['file']}:{properties.get('line', 1)}: " if "file" in properties else ""


@contextmanager
def _home() -> Generator[Path]:
    """A folder that is gone at the end, with the servers in it, whatever ends this process."""
    home = quick_folder("pgmig-deploy-demo-")
    guard = subprocess.Popen(
        [sys.executable, "-m", "tests.fixtures.guard", str(home)],
        stdin=subprocess.PIPE,
        cwd=customer.ROOT,
        start_new_session=True,
    )
    try:
        yield home
    finally:
        guard.communicate()
        must(not home.exists(), f"{home} is removed")


def _ended(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
