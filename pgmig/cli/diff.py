"""`pgmig diff`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import plural
from pgmig.cli.options import command, shadow_url, target_options
from pgmig.cli.output import near

if TYPE_CHECKING:
    from pgmig.commands.diff import Diff, Options
    from pgmig.model import Hazard
    from pgmig.plan import Likeness

_CONSENT = ["drop", "drop-table", "drop-column", "data-loss", "unmodelled"]
_DIFFERENT = 3
_SHOWN = 40  # differences that a summary lists


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
    is_shown = stdout or (invocation.out.is_json and not check)
    options = _options(invocation, name, rename, allow, is_online=not offline, is_proved=is_shown)
    done = compare(old, new, settings.migrations, options)
    _report(invocation, done, is_stdout=stdout, is_down=down)
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
    can_ask = name is not None and out.asks() and not out.is_json
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


def _report(invocation: Invocation, done: "Diff", *, is_stdout: bool, is_down: bool) -> None:
    out = invocation.out
    if out.is_json:
        out.document(_document(done))
        return
    for note in done.plan.notes:
        out.talk(note)
    if done.is_same:
        say = out.talk if is_stdout else out.data
        say(f"no difference between {done.old} and {done.new}")
    elif is_stdout:
        for each in done.unfollowed:
            out.talk(f"look at it: {each}")
        for line in (_proof(done), *_rows(done)):
            out.talk(line)
        out.data("\n".join(_texts(done, is_down=is_down)).rstrip("\n"))
    else:
        for line in _lines(done):
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


def _lines(done: "Diff") -> Iterator[str]:
    if done.is_written and done.rehearsed is not None:
        for each in done.rehearsed.scripts:
            yield from (near(half.path) for half in (each.script.up, each.script.down) if half)
            yield f"  way down: {each.back}"
        yield _proof(done)
        yield from _rows(done)
    else:
        yield f"{plural(len(done.differences), 'difference')} from {done.old} to {done.new}"
        yield from (f"  {each}" for each in done.differences[:_SHOWN])
        if len(done.differences) > _SHOWN:
            yield f"  and {len(done.differences) - _SHOWN} more"
    yield from (f"rename: {each}" for each in done.renames)
    yield from (f"look at it: {each}" for each in done.unfollowed)
    yield from (f"danger: {each.name}: {each.key}: {each.evidence}" for each in _dangers(done))
    told = {hazard.evidence for hazard in done.plan.hazards}
    likely = (each.told for each in done.plan.likely if each.evidence not in told)
    yield from (f"looks like a rename: {each}" for each in likely)
    if not done.is_written:
        yield "write the scripts with `pgmig diff NAME`"


def _rows(done: "Diff") -> Iterator[str]:
    """What is true of rows that the proof could not take along."""
    if done.rehearsed is None:
        return
    for unfit in done.rehearsed.unfit:
        yield f"it stops where {'.'.join(unfit.table)} holds such a row: {unfit.reason}"
    refused = done.rehearsed.refused
    if done.rehearsed.bare:
        names = ", ".join(done.rehearsed.bare)
        yield f"proved without rows in {names}: the way down stops at any, as {refused}"
    elif refused:
        yield f"proved with ordinary values alone; of others the server says: {refused}"


def _proof(done: "Diff") -> str:
    if done.rehearsed is None:
        return ""
    rows = plural(done.rehearsed.rows, "row")
    told = f"proved on PostgreSQL {done.major}: up, down, up, with {rows}"
    missing = [f"{table} ({reason})" for table, reason in done.rehearsed.unfilled]
    return told + (f"; no row could be made for {', '.join(missing)}" if missing else "")


def _dangers(done: "Diff") -> Iterator["Hazard"]:
    seen = done.rehearsed.scripts if done.rehearsed else ()
    found = [hazard for each in seen for hazard in each.hazards]
    for hazard in dict.fromkeys((*done.plan.hazards, *found)):
        if hazard.name not in {"lock", "scan"}:
            yield hazard


def _document(done: "Diff") -> dict[str, object]:
    scripts = done.rehearsed.scripts if done.rehearsed else ()
    return {
        "from": done.old,
        "to": done.new,
        "is_same": done.is_same,
        "major": done.major,
        "differences": [str(each) for each in done.differences],
        "renames": done.renames,
        "notes": done.plan.notes,
        "unfollowed": done.unfollowed,
        "likely_renames": [each.hint for each in done.plan.likely],
        "statements": [
            {
                "sql": each.sql,
                "object": str(each.touches),
                "column": each.column,
                "reason": each.reason,
                "mode": each.mode or "transaction",
                "hazards": [_hazard(one) for one in each.hazards],
            }
            for each in done.plan.statements
        ],
        "scripts": [
            {
                "label": each.script.label,
                "up": each.script.up.text,
                "down": each.script.down.text if each.script.down else None,
                "back": each.back,
                "hazards": [_hazard(one) for one in each.hazards],
                "path": each.script.up.path if done.is_written else None,
            }
            for each in scripts
        ],
        "rows": done.rehearsed.rows if done.rehearsed else None,
        "unfit": done.rehearsed.unfit if done.rehearsed else None,
        "refused": done.rehearsed.refused if done.rehearsed else None,
        "bare": done.rehearsed.bare if done.rehearsed else None,
        "unfilled": done.rehearsed.unfilled if done.rehearsed else None,
    }


def _hazard(hazard: "Hazard") -> dict[str, str]:
    return {"name": hazard.name, "object": str(hazard.key), "evidence": hazard.evidence}
