"""`pgmig doctor`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pgmig.cli.invocation import Invocation
from pgmig.cli.labels import plural
from pgmig.cli.options import command, report_options, shadow_url, target_options
from pgmig.cli.output import Cell

if TYPE_CHECKING:
    from pgmig.cli.output import Output
    from pgmig.cli.report import Report
    from pgmig.commands.doctor import Diagnosis, Finding

_COLORS = {"ok": "green", "careful": "yellow", "wrong": "red", "skipped": "yellow"}
_STATES = max(map(len, _COLORS))


@command("doctor", "pgmig doctor", "pgmig doctor --env production --wait 30s")
@report_options()
@shadow_url
@target_options
def doctor(invocation: Invocation) -> int:
    """Check whether everything is there for a deployment.

    The settings, the scripts and their seals, the way to the server and what stands in between,
    the rights of the role, the history, what is in the way of the next run, and where scripts are
    proved. Each check is ok, careful or wrong, and says what to do; a check that fails stops no
    other. Nothing is changed or created. Exits with 1 when something is wrong.
    """
    from pgmig.commands.doctor import doctor as examine

    done = examine(
        invocation.settings, lambda reason: invocation.out.talk(f"waiting for the server: {reason}")
    )
    invocation.out.publish(
        text=lambda: _tell(invocation.out, done),
        document=lambda: {"checks": done.findings, "is_good": done.is_good},
        report=lambda: _report(done),
    )
    return 0 if done.is_good else 1


def _tell(out: "Output", done: "Diagnosis") -> None:
    width = max(len(each.check) for each in done.findings)
    for each in done.findings:
        state = Cell(each.state.ljust(_STATES), _COLORS[each.state])
        out.line(state, each.check.ljust(width), each.what)
        if each.do:
            out.line(" " * _STATES, " " * width, f"do: {each.do}")
    out.data(_summary(done))


def _report(done: "Diagnosis") -> "Report":
    from pgmig.cli.report import Folded, Items, Note, Report, Table

    told = [each for each in done.findings if each.state != "ok"]
    fine = [each for each in done.findings if each.state == "ok"]
    blocks = [Folded(f"{len(fine)} ok", (Items(tuple(map(_line, fine))),))] if fine else []
    table = [Table(("", "check", "found", "do"), tuple(map(_row, told)))] if told else []
    return Report(
        "pgmig doctor",
        "bad" if not done.is_good else "careful" if told else "good",
        _summary(done),
        (*table, *blocks),
        tuple(
            Note("error" if each.state == "wrong" else "warning", _line(each), each.check)
            for each in told
        ),
    )


def _row(each: "Finding") -> tuple[str, str, str, str]:
    return each.state, each.check, each.what, each.do


def _line(each: "Finding") -> str:
    return f"{each.check}: {each.what}" + (f"; do: {each.do}" if each.do else "")


def _summary(done: "Diagnosis") -> str:
    wrong, careful = (_count(done.findings, state) for state in ("wrong", "careful"))
    checks = plural(len(done.findings), "check")
    if not wrong and not careful:
        return f"all is well: {checks}"
    parts = [f"{wrong} wrong"] if wrong else []
    parts += [f"{careful} to be careful about"] if careful else []
    return f"{', '.join(parts)}, of {checks}"


def _count(findings: "Iterable[Finding]", state: str) -> int:
    return sum(each.state == state for each in findings)
