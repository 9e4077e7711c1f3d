"""What up, down, redo and goto share: their options, the question before a way down, the report."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import duration, plural, standing
from pgmig.cli.options import lock_timeout, runner_timeout

if TYPE_CHECKING:
    from pgmig.commands.settings import Settings
    from pgmig.db import Connection
    from pgmig.engine import Listener, RunReport, StepReport

_DONE = {"up": "applied", "down": "taken down"}

allow = click.option(
    "--allow",
    type=click.Choice(["data-loss"]),
    multiple=True,
    help="Consent to a danger: data-loss takes a baseline down, with all its rows.",
)
yes = click.option("--yes", is_flag=True, help="Do not ask before going down.")


def run_options(function: Any) -> Any:
    """Add the options of every command that runs scripts."""
    dry_run = click.option(
        "--dry-run", is_flag=True, help="Check everything, run nothing, show what would run."
    )
    for option in (runner_timeout, lock_timeout, dry_run):
        function = option(function)
    return function


def run(
    invocation: Invocation,
    verb: Callable[..., "RunReport"],
    *args: Any,
    is_dry_run: bool,
    allow: tuple[str, ...] = (),
    is_agreed: bool = True,
    **more: Any,
) -> None:
    """Run a library function that runs scripts, with progress, and report.

    `args` and `more` follow the database and the directory. With `is_agreed` false, a person at a
    terminal is asked before anything goes down.
    """
    from pgmig.cli.progress import progress
    from pgmig.engine import Options

    settings = invocation.settings
    directory = settings.directory()
    url = settings.database()
    options = Options(
        lock_timeout=settings.lock_timeout,
        runner_timeout=settings.runner_timeout,
        allow=frozenset(allow),
        at_end=_recorder(settings) if settings.record_fingerprints else None,
    )

    def call(*, is_dry_run: bool, listener: "Listener | None" = None) -> "RunReport":
        return verb(
            url, directory, *args, options=options, listener=listener, is_dry_run=is_dry_run, **more
        )

    if not is_agreed and not is_dry_run and invocation.out.asks():
        _ask(invocation, call(is_dry_run=True))
    with progress(invocation.out) as listener:
        report = call(is_dry_run=is_dry_run, listener=listener)
    if invocation.out.is_json:
        invocation.out.document(report)
    else:
        _tell(invocation, report)


def _recorder(settings: "Settings") -> "Callable[[Connection], None]":
    from pgmig.commands.ignoring import scope
    from pgmig.commands.recording import recorder

    return recorder(scope(settings.ignore))


def _ask(invocation: Invocation, report: "RunReport") -> None:
    """Show what would go down and ask whether to go on."""
    from pgmig.errors import NotConfirmed

    going = [step for step in report.steps if step.direction == "down"]
    if not going:
        return
    for step in going:
        invocation.out.talk(f"  {step.label}")
    question = f"Take {plural(len(going), 'migration')} down on {report.target}?"
    if not click.confirm(question, err=True):
        raise NotConfirmed


def _tell(invocation: Invocation, report: "RunReport") -> None:
    out = invocation.out
    now = standing(report.after, invocation.settings.migrations, report.steps)
    if not report.steps:
        out.data(f"nothing to do: {report.target} is {now}")
        return
    wide = max(len(step.label) for step in report.steps)
    for step in report.steps:
        took = _size(step) if step.seconds is None else duration(step.seconds)
        kept = ", with the text that history keeps" if step.source == "history" else ""
        out.data(f"{step.direction:4}  {step.label:{wide}}  {took}{kept}")
    counts = Counter(step.direction for step in report.steps)
    if report.is_dry_run:
        out.data(f"dry run: nothing ran, {report.target} is as it was")
        return
    done = ", ".join(f"{number} {_DONE[direction]}" for direction, number in counts.items())
    out.data(f"{done}, {report.target} is {now}")


def _size(step: "StepReport") -> str:
    count = plural(step.statements, "statement")
    if step.is_transactional:
        return count
    goes_on = f", goes on with statement {step.done_before + 1}" if step.done_before else ""
    return f"{count}, without a transaction{goes_on}"
