"""What up, down, redo and goto share: their options, the question before a way down, the run."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from pgmig.cli.closing import tell
from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import plural
from pgmig.cli.options import kept, lock_timeout, runner_timeout, target_options
from pgmig.cli.stopping import told_stops

if TYPE_CHECKING:
    from pgmig.cli.progress import Talk
    from pgmig.commands.settings import Settings
    from pgmig.db import Connection
    from pgmig.engine import RunReport

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
    no_refresh = kept(
        "--no-refresh",
        is_flag=True,
        help="Leave materialized views without rows where the scripts do.",
    )
    for option in (runner_timeout, lock_timeout, no_refresh, dry_run):
        function = option(function)
    return target_options(function)


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
    from pgmig.commands.target import Target, session
    from pgmig.engine import Options
    from pgmig.engine.watching import NAME

    settings, out = invocation.settings, invocation.out
    directory = settings.directory()
    url = settings.database()
    options = Options(
        lock_timeout=settings.lock_timeout,
        runner_timeout=settings.runner_timeout,
        allow=frozenset(allow),
        is_refreshing=invocation.is_refreshing,
        at_end=_recorder(settings) if settings.record_fingerprints else None,
    )

    def call(listener: "Talk", *, is_dry_run: bool) -> "RunReport":
        target = settings.target(listener.on_server)
        with told_stops(url, listener):
            return verb(
                target,
                directory,
                *args,
                options=options,
                listener=listener,
                is_dry_run=is_dry_run,
                **more,
            )

    if not is_agreed and not is_dry_run and out.asks():
        with progress(out) as listener:
            would = call(listener, is_dry_run=True)
        _ask(invocation, would)
    with progress(out, lambda: session(Target(url), application_name=NAME)) as listener:
        report = call(listener, is_dry_run=is_dry_run)
    if out.is_json:
        _tell_events(invocation, report, listener)
    else:
        tell(invocation, report, listener.retries)


def _tell_events(invocation: Invocation, report: "RunReport", listener: "Talk") -> None:
    """End the stream: the report, with what the listener counted."""
    from msgspec.structs import asdict

    listener.finish()
    counted = listener.retries
    steps = [{**asdict(s), "retries": counted[s.direction, s.label]} for s in report.steps]
    fields = {**asdict(report), "steps": steps}
    invocation.out.event("report", command=invocation.name, **fields)


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
