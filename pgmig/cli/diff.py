"""`pgmig diff`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command, report_options, shadow_url, target_options

if TYPE_CHECKING:
    from pgmig.cli.output import Output
    from pgmig.commands.diff import Diff, Options
    from pgmig.plan import Likeness

_CONSENT = ["drop", "drop-table", "drop-column", "data-loss", "unmodelled"]
_DIFFERENT = 3


@command(
    "diff",
    "pgmig diff add_invoices --to postgresql://localhost/dev",
    "pgmig diff --from migrations/ --to schema.sql --check",
    "pgmig diff rename_total --to schema.sql --rename 'shop.orders.total=amount'",
    "pgmig diff new_plans --data",
)
@click.argument("name", required=False)
@click.option("--from", "from_", metavar="STATE", help="What is: the migrations, if not said.")
@click.option("--to", metavar="STATE", help="What should be: the database, if not said.")
@click.option("--stdout", is_flag=True, help="Print the way up instead of writing files.")
@click.option("--down", is_flag=True, help="With --stdout: print the way down.")
@click.option("--check", is_flag=True, help="Only compare; exit with 3 when they differ.")
@click.option("--offline", is_flag=True, help="One script with the simple forms, which lock more.")
@click.option(
    "--rename", multiple=True, metavar="OLD=NEW", help="As in 'public.a.x=y'; may be repeated."
)
@click.option(
    "--allow",
    type=click.Choice(_CONSENT),
    multiple=True,
    help="Agree to a danger: rows or values that are lost, objects that pgmig does not model.",
)
@click.option("--data", is_flag=True, help="Compare the files of rows with the migrations' rows.")
@click.option(
    "--on-conflict",
    type=click.Choice(["keep", "file", "fail"]),
    help="With --data: a row that somebody else changed stays (keep), is overwritten (file), or"
    " stops the script (fail, the default).",
)
@report_options()
@shadow_url
@target_options
def diff(
    invocation: Invocation,
    name: str | None,
    *,
    from_: str | None,
    to: str | None,
    stdout: bool,
    down: bool,
    check: bool,
    offline: bool,
    rename: tuple[str, ...],
    allow: tuple[str, ...],
    data: bool,
    on_conflict: str | None,
) -> int | None:
    """Write the scripts that take one state to another, proved.

    A STATE is a database (postgresql://..), the migrations directory or migrations/@7, a file or
    folder of SQL, a snapshot (.json), git:REV, or the word empty. With NAME the next numbered
    pairs are written: each has run up, down and up again in a shadow database with rows in every
    table. Without NAME the differences are listed.

    With --data the states are fixed, the migrations and what seeding the files makes of them, and
    the scripts write rows; each row is judged before, when the script runs.
    """
    from pgmig.cli.diff_told import document_of
    from pgmig.cli.report.of_diff import diff_report
    from pgmig.commands.diff import diff as compare
    from pgmig.commands.states import parse

    _require_sense(name, stdout=stdout, down=down, check=check)
    if data:
        if from_ or to or rename or offline or allow:
            raise click.UsageError("--data has states of its own and changes no schema")
        from pgmig.cli.diff_data import diff_data

        return diff_data(
            invocation, name, stdout=stdout, down=down, check=check, on_conflict=on_conflict
        )
    if on_conflict:
        raise click.UsageError("--on-conflict goes with --data")
    settings = invocation.settings
    has_scripts = settings.migrations.exists()
    old = parse(from_ or (str(settings.migrations) if has_scripts else "empty"), settings)
    new = parse(to or invocation.database(), settings)
    is_shown = stdout or (invocation.out.is_reporting and not check)
    options = _options(invocation, name, rename, allow, is_online=not offline, is_proved=is_shown)
    done = compare(old, new, settings.migrations, options)
    out = invocation.out
    out.publish(
        text=lambda: _tell(out, done, is_stdout=stdout, is_down=down),
        document=lambda: document_of(done),
        report=lambda: diff_report(done, is_check=check),
    )
    return _DIFFERENT if check and not done.is_same else None


def _require_sense(name: str | None, *, stdout: bool, down: bool, check: bool) -> None:
    if name and (stdout or check):
        raise click.UsageError("NAME writes files; leave it out with --stdout and --check")
    if down and not stdout:
        raise click.UsageError("--down says what --stdout prints")
    if stdout and check:
        raise click.UsageError("--stdout and --check are two things to ask for")


def _options(
    invocation: Invocation,
    name: str | None,
    rename: tuple[str, ...],
    allow: tuple[str, ...],
    *,
    is_online: bool,
    is_proved: bool,
) -> "Options":
    from pgmig.commands.diff import Options
    from pgmig.commands.ignoring import scope
    from pgmig.commands.server import local

    settings, out = invocation.settings, invocation.out
    can_ask = name is not None and out.asks() and out.is_text
    return Options(
        name=name,
        is_proved=is_proved,
        is_online=is_online,
        allow=frozenset(allow) - {"unmodelled"},
        allow_unmodelled="unmodelled" in allow,
        renames=rename,
        shadow_url=settings.shadow_url,
        local=local(settings.server),
        scope=scope(settings.ignore),
        ask=_ask if can_ask else None,
        on_step=out.talk,
    )


def _ask(likely: "Likeness") -> bool:
    what = f"column {likely.column} of {likely.key}" if likely.column else str(likely.key)
    question = f"{what} goes and {likely.name}, made like it, comes: is it a rename?"
    return click.confirm(question, default=False, err=True)


def _tell(out: "Output", done: "Diff", *, is_stdout: bool, is_down: bool) -> None:
    from pgmig.cli.diff_told import lines_of, proof_of, rows_of

    for note in done.plan.notes:
        out.talk(note)
    if done.is_same:
        say = out.talk if is_stdout else out.data
        say(f"no difference between {done.old} and {done.new}")
    elif is_stdout:
        for each in done.unfollowed:
            out.talk(f"look at it: {each}")
        for line in (proof_of(done), *rows_of(done)):
            out.talk(line)
        out.data("\n".join(_texts(done, is_down=is_down)).rstrip("\n"))
    else:
        for line in lines_of(done):
            out.data(line)


def _texts(done: "Diff", *, is_down: bool) -> Iterator[str]:
    """One half of every script, in the order in which they run.

    Raises:
        ScriptIrreversible: the way down was asked for, and a script has none.
    """
    from pgmig.errors import ScriptIrreversible

    scripts = done.rehearsed.scripts if done.rehearsed else ()
    for each in reversed(scripts) if is_down else scripts:
        half = each.script.down if is_down else each.script.up
        if half is None:
            reason = each.script.up.header.irreversible or ""
            raise ScriptIrreversible(label=each.script.label, reason=reason)
        yield half.text
