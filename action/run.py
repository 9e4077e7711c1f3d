"""Run the command of a step: notes beside lines, and its report in the job summary.

The log of a job is read for workflow commands, so what comes from scripts and servers could give
some: they are switched off ("Workflow commands for GitHub Actions", Stopping and starting) while
pgmig runs, and back on for the annotations that it wrote itself.
"""

import ctypes
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import uuid4

REPORTS = {"diff", "drift", "lint", "plan", "status", "verify"}
"""Commands that write annotations and a report; of others the output is shown as it is."""


def main() -> int:
    """The exit code of the step."""
    conceal()
    command = shlex.split(os.environ["COMMAND"])
    arguments = shlex.split(os.environ["ARGUMENTS"])
    environment = dict(os.environ)
    if database := environment.pop("DATABASE"):
        environment["PGMIG_DATABASE_URL"] = database
    has_form = any(word == "--json" or word.startswith("--format") for word in arguments)
    line = [str(Path(sys.executable).with_name("pgmig")), *command, *arguments]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.md"
        if command[0] in REPORTS and not has_form:
            code = annotated([*line, "--format", "github", "--report", str(report)], environment)
        else:
            code = shown(line, environment, report)
        add(report.read_text("utf-8") if report.is_file() else "")
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as outputs:
        outputs.write(f"exit-code={code}\n")
    return 0 if str(code) in os.environ["TOLERATED"].split() else code


def conceal() -> None:
    """Keep the URL in our environment from other processes, as pgmig does with its own.

    proc(5) would show it to whatever a script starts; only Linux has these files.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE, prctl(2)


def annotated(line: list[str], environment: dict[str, str]) -> int:
    """Run it, and then write its annotations."""
    with without_commands(), started(line, environment, None) as (running, out):
        said = out.read()
    sys.stdout.write(said)
    return running.returncode


def shown(line: list[str], environment: dict[str, str], report: Path) -> int:
    """Run it, its output in the log as it comes and in the report at the end."""
    said = []
    with without_commands(), started(line, environment, subprocess.STDOUT) as (running, out):
        for text in out:
            said.append(text)
            sys.stdout.write(text)
    name = f"pgmig {os.environ['COMMAND']}"
    if running.returncode:
        errors = (text for text in said if text.startswith("error: "))
        what = next(errors, f"exit code {running.returncode}").removeprefix("error: ").strip()
        sys.stdout.write(f"::error title={name}::{escaped(what)}\n")
    sign = "❌" if running.returncode else "✅"
    text = "".join(said).rstrip("\n")
    report.write_text(f"### {sign} `{name}`\n\n{fenced(text)}\n\n" if text else "", "utf-8")
    return running.returncode


@contextmanager
def started(
    line: list[str], environment: dict[str, str], errors: int | None
) -> Generator[tuple["subprocess.Popen[str]", IO[str]]]:
    """What is at work, and its output.

    A run that is cancelled gets SIGINT and then SIGTERM ("Canceling a workflow run"); pgmig ends
    in good order by itself when it is told.
    """
    with subprocess.Popen(  # noqa: S603 - no shell
        line,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=errors,
        encoding="utf-8",
        errors="replace",
    ) as running:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda number, _: running.send_signal(number))
        if running.stdout is not None:
            yield running, running.stdout


@contextmanager
def without_commands() -> Generator[None]:
    """Lines of the log that begin with :: are no commands here."""
    word = uuid4().hex
    sys.stdout.write(f"::stop-commands::{word}\n")
    yield
    sys.stdout.write(f"::{word}::\n")


def escaped(text: str) -> str:
    """The text as the data of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def fenced(text: str) -> str:
    """The text as a block of code, whatever it holds."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}\n{fence}"


def add(report: str) -> None:
    """Add the report to the job summary, and to the file that was asked for."""
    for name in ("GITHUB_STEP_SUMMARY", "REPORT"):
        if file := os.environ.get(name):
            with Path(file).open("a", encoding="utf-8") as out:
                out.write(report)


if __name__ == "__main__":
    sys.exit(main())
