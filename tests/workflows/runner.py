"""Runs a workflow as GitHub does: jobs by what they need, steps in order, each `run:` by bash.

What stands on GitHub's side is made here: checkout clones the test's repository, artifacts are
folders, Python is the one at hand, the token is one of the hub's. Whatever a file uses beyond that
is an error, never passed over. No log, summary or artifact may hold a secret.

Source: "Workflow syntax for GitHub Actions", "Workflow commands", "Metadata syntax", "Contexts".
"""

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.workflows.expressions import Contexts, Functions, filled, holds
from tests.workflows.hub import Hub

_PINNED = re.compile(r"(actions/[a-z-]+)@[0-9a-f]{40}")
# What steers the programs under test, or the tests themselves.
_OURS = re.compile(
    r"PG|DATABASE_URL|SHADOW|GITHUB_|RUNNER_|MAKE|MFLAGS|VIRTUAL_ENV|PYTEST_|PYTHON|CI$|NO_COLOR|TERM"
)
_JOB_KEYS = {
    "name", "needs", "if", "runs-on", "timeout-minutes", "environment", "permissions", "env",
    "strategy", "steps", "concurrency",
}  # fmt: skip
_STEP_KEYS = {"name", "id", "if", "uses", "with", "run", "env", "working-directory", "shell"}


@dataclass
class Annotation:
    """A note that GitHub shows."""

    level: str
    text: str
    properties: dict[str, str]


@dataclass
class Step:
    """What became of a step: success, failure or skipped."""

    name: str
    outcome: str
    log: str = ""
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass
class Job:
    """What became of a job, and what it showed."""

    result: str
    steps: list[Step] = field(default_factory=list)
    summary: str = ""
    annotations: list[Annotation] = field(default_factory=list)

    @property
    def log(self) -> str:
        """Of all its steps."""
        return "".join(step.log for step in self.steps)

    @property
    def outcomes(self) -> dict[str, str]:
        """What became of each step, by its name."""
        return {step.name: step.outcome for step in self.steps}


@dataclass
class Event:
    """What makes workflows run.

    Args:
        name: such as pull_request.
        ref: what is checked out, as in refs/pull/7/merge.
        payload: the file at GITHUB_EVENT_PATH.
        changed: the paths that the commits touch.
    """

    name: str
    ref: str
    payload: dict[str, Any] = field(default_factory=dict)
    changed: tuple[str, ...] = ()


@dataclass
class Hosted:
    """A repository on GitHub, and what its settings hold.

    Args:
        origin: the repository, as a folder.
        hub: the API.
        home: an empty folder for machines and artifacts.
        secrets: by environment; those of the repository by an empty name.
        variables: likewise.
        installed: what a machine finds in place of a pgmig that a step before has installed.
        machine: variables of each machine, as its image sets them.
        in_place: the folder that steps work in, instead of a clone.
        on_reach: told of an environment before its job begins, as those who approve are.
        is_read_only: tokens write nothing, as those for pull requests of Dependabot.
    """

    origin: Path
    hub: Hub
    home: Path
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    variables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    installed: Path | None = Path(sys.prefix)
    machine: Mapping[str, str] = field(default_factory=dict)
    in_place: Path | None = None
    on_reach: Callable[[str], None] = lambda _: None
    is_read_only: bool = False
    reached: list[str] = field(default_factory=list)
    runs: int = 0

    def run(
        self,
        workflow: Path,
        event: Event,
        matrix: Mapping[str, str] | None = None,
        only: str = "",
    ) -> dict[str, Job] | None:
        """What became of the jobs, or of `only` one that needs no other.

        None when the event does not start the workflow.
        """
        document = yaml.load(workflow.read_text(), yaml.BaseLoader)  # each value is a text
        if not _starts(document["on"], event):
            return None
        if only:
            document["jobs"] = {only: document["jobs"][only]}
        self.runs += 1
        run = _Run(self, document, event, matrix or {}, self.home / f"run-{self.runs}")
        jobs = run.all_jobs()
        _hold_no_secret(self, jobs, run.home)
        return jobs


def _starts(on: Any, event: Event) -> bool:
    triggers = {on: {}} if isinstance(on, str) else on
    if event.name not in triggers:
        return False
    wanted = triggers[event.name] or {}
    assert wanted.keys() <= {"branches", "paths"}, wanted
    branch = event.ref.removeprefix("refs/heads/")
    if "branches" in wanted and branch not in wanted["branches"]:
        return False
    return "paths" not in wanted or any(
        fnmatch.fnmatchcase(path, pattern.replace("**", "*"))
        for path in event.changed
        for pattern in wanted["paths"]
    )


def _hold_no_secret(hosted: Hosted, jobs: dict[str, Job], home: Path) -> None:
    """Neither a secret nor the password in it is in what anybody may read."""
    values = {value for held in hosted.secrets.values() for value in held.values()} - {""}
    values |= {m[1] for value in values if (m := re.search(r"://[^:/@]*:([^@]+)@", value))}
    values |= hosted.hub.tokens.keys()
    shown = [job.log + job.summary for job in jobs.values()]
    shown += [path.read_text() for path in (home / "artifacts").rglob("*") if path.is_file()]
    shown += [comment["body"] for comment in hosted.hub.comments]
    for value in values:
        assert not any(value in text for text in shown), "a secret is shown"


class _Run:
    """One run of a workflow."""

    def __init__(
        self,
        hosted: Hosted,
        document: dict[str, Any],
        event: Event,
        matrix: Mapping[str, str],
        home: Path,
    ) -> None:
        self.hosted, self.document, self.event, self.matrix = hosted, document, event, matrix
        self.home = home
        self.artifacts = home / "artifacts"
        self.artifacts.mkdir(parents=True)
        self.event_file = home / "event.json"
        self.event_file.write_text(json.dumps(event.payload))
        self.github = {
            "event": event.payload,
            "event_name": event.name,
            "ref": event.ref,
            "repository": "team/shop",
        }

    def all_jobs(self) -> dict[str, Job]:
        """The jobs in an order in which each comes after those that it needs."""
        todo: dict[str, dict[str, Any]] = dict(self.document["jobs"])
        done: dict[str, Job] = {}
        while todo:
            name = next(name for name, job in todo.items() if set(_needs(job)) <= done.keys())
            done[name] = self.one_job(todo.pop(name), done)
        return done

    def one_job(self, job: dict[str, Any], done: dict[str, Job]) -> Job:
        assert job.keys() <= _JOB_KEYS, job.keys() - _JOB_KEYS
        needed = {name: done[name] for name in _needs(job)}
        results = {each.result for each in needed.values()}
        functions: Functions = {
            "success": lambda: results <= {"success"},
            "failure": lambda: "failure" in results,
            "cancelled": lambda: False,
            "always": lambda: True,
        }
        variables = dict(self.hosted.variables.get("", {}))
        contexts = {
            "github": self.github,
            "vars": variables,
            "needs": {name: {"result": each.result} for name, each in needed.items()},
        }
        if not holds(job.get("if"), contexts, functions):
            return Job("skipped")
        matrix = {}
        if "strategy" in job:
            matrix = {name: self.matrix[name] for name in job["strategy"]["matrix"]}
            assert all(matrix[key] in held for key, held in job["strategy"]["matrix"].items())
        secrets = dict(self.hosted.secrets.get("", {}))
        if environment := job.get("environment"):
            self.hosted.reached.append(environment)
            self.hosted.on_reach(environment)
            secrets |= self.hosted.secrets.get(environment, {})
            variables |= self.hosted.variables.get(environment, {})
        permissions = job.get("permissions", self.document["permissions"])
        return _Machine(self, job, matrix, secrets, variables, permissions, contexts).run()


def _needs(job: dict[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else needs


class _Machine:
    """A fresh machine for one job."""

    def __init__(
        self,
        run: _Run,
        job: dict[str, Any],
        matrix: Mapping[str, str],
        secrets: Mapping[str, str],
        variables: Mapping[str, str],
        permissions: dict[str, str],
        contexts: Mapping[str, Any],
    ) -> None:
        self.whole, self.job = run, job
        self.hosted = run.hosted
        number = len([*run.home.glob("machine-*")])
        self.home = run.home / f"machine-{number}"
        self.temporary = self.home / "temp"
        self.temporary.mkdir(parents=True)
        if self.hosted.installed is not None:
            (self.temporary / "pgmig").symlink_to(self.hosted.installed)
        self.workspace = self.hosted.in_place or self.home / "workspace"
        self.workspace.mkdir(exist_ok=True)
        self.files = {
            name: self.home / name.lower()
            for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
        }
        if self.hosted.is_read_only:
            permissions = dict.fromkeys(permissions, "read")
        token = self.hosted.hub.token(permissions)
        common = {"vars": variables, "matrix": matrix}
        self.contexts: dict[str, Any] = {
            **contexts,
            **common,
            "github": {**run.github, "token": token},
            "secrets": {"GITHUB_TOKEN": token, **secrets},
            "runner": {"temp": str(self.temporary), "os": "Linux"},
        }
        without_runner = {k: v for k, v in self.contexts.items() if k != "runner"}
        self.variables = self._machine()
        for held in (run.document.get("env", {}), job.get("env", {})):
            self.variables |= {name: filled(text, without_runner) for name, text in held.items()}
        self.result = Job("success")

    def _machine(self) -> dict[str, str]:
        """The variables that GitHub and its image set."""
        bin_of_tests = str(Path(sys.prefix) / "bin")
        kept = {name: text for name, text in os.environ.items() if not _OURS.match(name)}
        folders = [each for each in kept["PATH"].split(os.pathsep) if each != bin_of_tests]
        return {
            **kept,
            "PATH": os.pathsep.join(folders),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.hosted.hub.url,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_EVENT_NAME": self.whole.event.name,
            "GITHUB_EVENT_PATH": str(self.whole.event_file),
            "GITHUB_REF": self.whole.event.ref,
            "GITHUB_REPOSITORY": "team/shop",
            "GITHUB_RUN_ID": "1",
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temporary),
            "RUNNER_OS": "Linux",
            **self.hosted.machine,
        }

    def run(self) -> Job:
        steps = _Steps(self, self.contexts, self.variables, None)
        failed = steps.all(self.job["steps"])
        self.result.steps = steps.done
        self.result.result = "failure" if failed else "success"
        return self.result

    # the actions that are not ours

    def checkout(self, given: Mapping[str, str]) -> str:
        assert given.keys() <= {"fetch-depth", "persist-credentials"}
        assert given["persist-credentials"] == "false"
        if self.hosted.in_place:
            return ""
        depth = given.get("fetch-depth", "1")
        ref = self.whole.event.ref
        here = f"refs/remotes/{ref.removeprefix('refs/')}"
        wanted = [f"+{ref}:{here}"]
        if depth == "0":
            wanted += ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
        limit = [] if depth == "0" else [f"--depth={depth}"]
        for line in (
            ["init", "-q"],
            ["remote", "add", "origin", self.hosted.origin.as_uri()],
            ["fetch", "-q", "--no-tags", *limit, "origin", *wanted],
            ["checkout", "-q", "--detach", here],
        ):
            subprocess.run(["git", *line], cwd=self.workspace, check=True, capture_output=True)
        return ""

    def setup_python(self, given: Mapping[str, str]) -> str:
        assert given.keys() <= {"python-version"}
        folder = self.home / "python"
        folder.mkdir(exist_ok=True)
        for name in ("python", "python3"):
            (folder / name).unlink(missing_ok=True)
            (folder / name).symlink_to(Path(sys.executable).resolve())
        self.prepend(str(folder))
        return ""

    def upload_artifact(self, given: Mapping[str, str]) -> str:
        assert given.keys() <= {
            "name",
            "path",
            "if-no-files-found",
            "retention-days",
            "overwrite",
        }
        source = Path(given["path"])
        if not source.is_file():
            if given.get("if-no-files-found", "warn") == "error":
                raise _Failed(f"no files were found at {source}")
            return "::warning::no files were found\n"
        folder = self.whole.artifacts / given["name"]
        folder.mkdir()
        shutil.copy(source, folder)
        return ""

    def download_artifact(self, given: Mapping[str, str]) -> str:
        assert given.keys() <= {"name", "path"}
        folder = self.whole.artifacts / given["name"]
        if not folder.is_dir():
            raise _Failed(f"artifact not found: {given['name']}")
        shutil.copytree(folder, self.workspace / given["path"], dirs_exist_ok=True)
        return ""

    def prepend(self, folder: str) -> None:
        self.variables["PATH"] = os.pathsep.join([folder, self.variables["PATH"]])


class _Failed(Exception):
    """A step that fails."""


class _Steps:
    """The steps of a job or of an action, with the contexts that they see."""

    def __init__(
        self,
        machine: _Machine,
        contexts: Contexts,
        variables: dict[str, str],
        action: Path | None,
    ) -> None:
        self.machine, self.variables, self.action = machine, variables, action
        self.seen: dict[str, Any] = {}
        self.contexts: Contexts = {**contexts, "steps": self.seen}
        self.has_failed = False
        self.done: list[Step] = []

    def all(self, steps: list[dict[str, Any]]) -> bool:
        """Whether one has failed."""
        functions: Functions = {
            "success": lambda: not self.has_failed,
            "failure": lambda: self.has_failed,
            "cancelled": lambda: False,
            "always": lambda: True,
        }
        # An expression sees no secrets in `if`, and what steps have set in `env`.
        for step in steps:
            assert step.keys() <= _STEP_KEYS, step.keys() - _STEP_KEYS
            contexts = {**self.contexts, "env": self.variables}
            conditions = {name: held for name, held in contexts.items() if name != "secrets"}
            done = Step(step.get("name", step.get("uses", "")), "skipped")
            if holds(step.get("if"), conditions, functions):
                done = self.one(step, done.name, contexts)
                self.has_failed |= done.outcome == "failure"
            if "id" in step:
                self.seen[step["id"]] = {"outcome": done.outcome, "outputs": _Outputs(done.outputs)}
            self.done.append(done)
        return self.has_failed

    def one(self, step: dict[str, Any], name: str, contexts: Contexts) -> Step:
        env = {key: filled(text, contexts) for key, text in step.get("env", {}).items()}
        if "run" in step:
            return self.shell(step, name, contexts, env)
        given = {key: filled(text, contexts) for key, text in step.get("with", {}).items()}
        if step["uses"].startswith("./"):
            return self.composite(self.machine.workspace / step["uses"], name, given, contexts)
        match = _PINNED.fullmatch(step["uses"])
        assert match, f"{step['uses']} is not pinned"
        known = {
            "actions/checkout": self.machine.checkout,
            "actions/setup-python": self.machine.setup_python,
            "actions/upload-artifact": self.machine.upload_artifact,
            "actions/download-artifact": self.machine.download_artifact,
        }
        try:
            return Step(name, "success", known[match[1]](given))
        except _Failed as failure:
            return Step(name, "failure", f"::error::{failure}\n")

    def composite(
        self, folder: Path, name: str, given: Mapping[str, str], contexts: Contexts
    ) -> Step:
        """The steps of an action of the repository's own."""
        document = yaml.load((folder / "action.yml").read_text(), yaml.BaseLoader)
        assert given.keys() <= document["inputs"].keys()
        inputs = {key: given.get(key, held["default"]) for key, held in document["inputs"].items()}
        seen = {name: contexts[name] for name in ("github", "runner", "vars", "matrix")}
        seen["github"] = {**seen["github"], "action_path": str(folder)}
        inner = _Steps(
            self.machine, {**seen, "inputs": inputs}, self.machine.variables, folder.resolve()
        )
        failed = inner.all(document["runs"]["steps"])
        log = "".join(step.log for step in inner.done)
        outputs = {
            key: filled(held["value"], inner.contexts)
            for key, held in document.get("outputs", {}).items()
        }
        return Step(name, "failure" if failed else "success", log, outputs)

    def shell(
        self, step: dict[str, Any], name: str, contexts: Contexts, env: Mapping[str, str]
    ) -> Step:
        machine = self.machine
        assert step.get("shell", "bash") == "bash"
        assert self.action is None or "shell" in step, f"{name}: an action has to name its shell"
        for file in machine.files.values():
            file.write_text("")
        script = machine.home / "script.sh"
        script.write_text(filled(step["run"], contexts))
        more = {} if self.action is None else {"GITHUB_ACTION_PATH": str(self.action)}
        files = {key: str(path) for key, path in machine.files.items()}
        folder = filled(step.get("working-directory", "."), contexts)
        # `shell: bash` is what GitHub runs like this; without it pipefail is not set.
        options = ["--noprofile", "--norc", "-eo", "pipefail"] if "shell" in step else ["-e"]
        done = subprocess.run(
            ["bash", *options, str(script)],
            cwd=machine.workspace / folder,
            env={**self.variables, **env, **more, **files},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        machine.result.annotations += _annotations(done.stdout)
        machine.result.summary += machine.files["GITHUB_STEP_SUMMARY"].read_text()
        machine.variables |= _pairs(machine.files["GITHUB_ENV"].read_text())
        for line in machine.files["GITHUB_PATH"].read_text().splitlines():
            machine.prepend(line)
        outcome = "failure" if done.returncode else "success"
        outputs = _pairs(machine.files["GITHUB_OUTPUT"].read_text())
        return Step(name, outcome, done.stdout, outputs)


class _Outputs(dict[str, str]):
    """Outputs of a step: one that it did not set is empty."""

    def __contains__(self, key: object) -> bool:
        return True


def _pairs(text: str) -> dict[str, str]:
    """Lines name=value; values of many lines are not used."""
    lines = text.splitlines()
    assert all("=" in line and "<<" not in line for line in lines), lines
    return {name: rest for name, _, rest in (line.partition("=") for line in lines)}


def _annotations(log: str) -> Iterator[Annotation]:
    """The notes of a log; a command that is none of them is an error, as are those in its text."""
    word = ""
    for line in log.splitlines():
        if word:
            word = "" if line == f"::{word}::" else word
        elif line.startswith("::stop-commands::"):
            word = line.removeprefix("::stop-commands::")
        elif line.startswith("::"):
            match = re.fullmatch(r"::(debug|notice|warning|error)(?: (.*?))?::(.*)", line)
            assert match, line
            properties = dict(part.split("=", 1) for part in (match[2] or "").split(",") if part)
            yield Annotation(match[1], _plain(match[3]), properties)
    assert not word, "the commands of the log are still stopped"


def _plain(text: str) -> str:
    return text.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
