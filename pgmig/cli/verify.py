"""`pgmig verify`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import plural
from pgmig.cli.options import command, report_options, shadow_url

if TYPE_CHECKING:
    from pgmig.cli.output import Output
    from pgmig.cli.report import Report
    from pgmig.commands.verify import Result, Verified

_WRONG = 3
_SHOWN = 8  # findings of one fault


@command(
    "verify",
    "pgmig verify",
    "pgmig verify --against schema.sql",
    "pgmig verify --seal",
    "pgmig verify --sealed --format github",
)
@click.option("--seal", is_flag=True, help="Seal the scripts that were proved, in pgmig.sum.")
@click.option("--against", metavar="STATE", help="Also compare what they lead to with this state.")
@click.option("--major", type=int, metavar="N", help="Try them on PostgreSQL N.")
@click.option("--sealed", is_flag=True, help="Only look at names, numbers and seals; no server.")
@click.option("--staged", is_flag=True, help="Of the commit that git is making; with --sealed.")
@report_options()
@shadow_url
def verify(
    invocation: Invocation,
    *,
    seal: bool,
    against: str | None,
    major: int | None,
    sealed: bool,
    staged: bool,
) -> int:
    """Try every script from nothing: up, down and up again.

    Each runs on what those before it made, in a shadow database: the way down must leave what was
    there before, and the way up work again. Also checks the order and the seals in pgmig.sum.
    Exits with 3 when a script fails, was edited since it was sealed, or is gone. With --sealed
    nothing runs, and a script that is not sealed yet is wrong too; with --staged what lies in the
    folder and is not part of the commit that git is making does not count.
    """
    if sealed:
        if seal or against or major is not None:
            raise click.UsageError("--sealed runs no script: leave --seal, --against and --major")
        from pgmig.cli.sealed import verify_sealed

        return verify_sealed(invocation, is_staged=staged)
    if staged:
        raise click.UsageError("--staged goes with --sealed")
    from pgmig.commands.ignoring import scope
    from pgmig.commands.server import local
    from pgmig.commands.states import parse
    from pgmig.commands.verify import Options
    from pgmig.commands.verify import verify as prove

    settings, out = invocation.settings, invocation.out
    options = Options(
        is_sealing=seal,
        against=parse(against, settings) if against else None,
        major=major,
        shadow_url=settings.shadow_url,
        local=local(settings.server),
        scope=scope(settings.ignore),
        on_step=out.talk,
        on_trip=lambda result: _tell(out, result, is_sealing=seal),
    )
    done = prove(settings.migrations, options)
    out.publish(
        text=lambda: _print_summary(out, done),
        document=lambda: _document(done),
        report=lambda: _report(done),
    )
    return 0 if done.is_good else _WRONG


def _report(done: "Verified") -> "Report":
    from pgmig.cli.report.of_verify import verify_report

    return verify_report(done)


def _tell(out: "Output", result: "Result", *, is_sealing: bool) -> None:
    if out.is_text:
        for line in _lines(result, is_sealing=is_sealing):
            out.data(line)


def _print_summary(out: "Output", done: "Verified") -> None:
    for line in _summary(done):
        out.data(line)


def _lines(result: "Result", *, is_sealing: bool) -> Iterator[str]:
    yield f"{result.label}: {_word(result, is_sealing=is_sealing)}"
    for fault in result.faults:
        shown = fault.findings[:_SHOWN]
        yield f"  {fault.step}: {shown[0]}"
        yield from (f"    {each}" for each in shown[1:])
        if len(fault.findings) > _SHOWN:
            yield f"    and {len(fault.findings) - _SHOWN} more"
    if result.is_known is False and not is_sealing:
        yield "  it leads to another schema than the one that pgmig.sum has for it"
    if result.uncompared and not is_sealing:
        yield f"  not compared with pgmig.sum: its fingerprint was made as role {result.uncompared}"


def _word(result: "Result", *, is_sealing: bool) -> str:
    if not result.is_reached:
        return "not reached"
    good = "proved" if result.has_down else "proved; it has no way down"
    if result.is_known is False and is_sealing:
        good += ", leads to another schema than it was sealed with"
    is_good = result.is_proved or (is_sealing and not result.faults)
    word = good if is_good else "wrong"
    return word if result.seal == "sealed" else f"{word}, {result.seal}"


def _summary(done: "Verified") -> Iterator[str]:
    wrong = done.wrong
    proved = len(done.results) - len(wrong)
    yield f"{plural(proved, 'script')} of {len(done.results)} proved on PostgreSQL {done.major}"
    if wrong:
        yield f"wrong: {', '.join(each.label for each in wrong)}"
    edited = [e.label for e in done.results if e.seal == "edited" and e.label not in done.sealed]
    if edited:
        yield f"edited since they were sealed: {', '.join(edited)}"
    for each in done.standings:
        scripts = plural(each.count, "script")
        word = "which do not" if each.findings else "which"
        yield f"{each.label} stands for {scripts}, {word} lead to the same"
        yield from (f"  {finding}" for finding in each.findings[:_SHOWN])
    if done.removed:
        yield f"sealed and gone: {', '.join(done.removed)}"
    if done.sealed:
        yield f"sealed: {', '.join(done.sealed)}"
    if done.against:
        count = plural(len(done.differences), "difference")
        yield f"{count} from {done.against}" if done.differences else f"they lead to {done.against}"
        yield from (f"  {each}" for each in done.differences)


def _document(done: "Verified") -> dict[str, object]:
    return {
        "is_good": done.is_good,
        "major": done.major,
        "scripts": [
            {
                "label": each.label,
                "is_proved": each.is_proved,
                "seal": "sealed" if each.label in done.sealed else each.seal,
                "is_reached": each.is_reached,
                "has_down": each.has_down,
                "fingerprint": each.fingerprint,
                "is_known": each.is_known,
                "faults": [
                    {
                        "step": fault.step,
                        "findings": fault.findings,
                        "path": fault.place.path if fault.place else None,
                        "line": fault.place.line or None if fault.place else None,
                        "column": fault.place.column or None if fault.place else None,
                    }
                    for fault in each.faults
                ],
            }
            for each in done.results
        ],
        "checkpoints": [
            {"label": each.label, "stands_for": each.count, "findings": each.findings}
            for each in done.standings
        ],
        "removed": done.removed,
        "against": done.against,
        "differences": [str(each) for each in done.differences],
    }
