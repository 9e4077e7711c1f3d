"""Judging: go, careful or no, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pgmig.commands.plan import words
from pgmig.commands.plan.options import Options
from pgmig.commands.plan.shadowing import Shadow
from pgmig.commands.plan.trying import Fault, Tried
from pgmig.commands.plan.values import (
    CheckResult,
    PlannedScript,
    PlannedStatement,
    Reason,
    Replica,
    Session,
    TableFacts,
    Verdict,
)
from pgmig.engine.outcome import Leftover

_BEHIND = 10.0  # seconds; a standby that is so far behind now will not catch up meanwhile


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a verdict is made of.

    Attributes:
        scripts: with their forecasts.
        tried: what was seen of them; empty without a shadow.
        shadow: where; None without one.
        major: of the target.
        checks: of rows.
        tables: facts by name.
        sessions: transactions that have been open for a while.
        replicas: what follows the target.
        leftovers: what crashes have left there.
        available: extensions that the target has the files of, with their versions.
        runner: who holds the runner lock; None: nobody.
        unknown: why the script that is part-way cannot go on; "" when it can.
    """

    scripts: Sequence[PlannedScript]
    tried: Sequence[Tried]
    shadow: Shadow | None
    major: int
    checks: Sequence[CheckResult]
    tables: Mapping[str, TableFacts]
    sessions: Sequence[Session]
    replicas: Sequence[Replica]
    leftovers: Sequence[Leftover]
    available: Mapping[str, str]
    runner: str | None
    unknown: str


def verdict(reasons: Sequence[Reason]) -> Verdict:
    """The worst of them."""
    found = {each.verdict for each in reasons}
    return "no" if "no" in found else "careful" if "careful" in found else "go"


def reasons(evidence: Evidence, options: Options) -> tuple[Reason, ...]:
    """Why the verdict is no better, the worst first."""
    found = [
        *_of_state(evidence),
        *_of_shadow(evidence),
        *_of_faults(evidence),
        *_of_extensions(evidence),
        *_of_checks(evidence.checks),
        *_of_locks(evidence, options),
        *_of_others(evidence),
    ]
    return tuple(sorted(found, key=lambda each: each.verdict != "no"))


def _of_state(evidence: Evidence) -> Iterator[Reason]:
    if evidence.unknown:
        first = evidence.scripts[0]
        yield Reason(verdict="no", text=evidence.unknown, script=first.label)
    if evidence.runner:
        yield Reason(verdict="careful", text=f"a runner is at work: {evidence.runner}")


def _of_shadow(evidence: Evidence) -> Iterator[Reason]:
    shadow = evidence.shadow
    if shadow is None:
        text = "no script was tried: nothing is known of locks, rows and rights"
        yield Reason(verdict="careful", text=text, do="plan with a shadow server")
        return
    if shadow.unlike:
        text = (
            f"the target is not as its history says ({words.some(shadow.unlike)}): the scripts were"
            " tried on a copy of its schema, without rows"
        )
        yield Reason(verdict="careful", text=text, do="look with `pgmig drift`")
    if shadow.acting is None:
        text = "the rights of the deploying role were not tried: the shadow has no role for that"
        yield Reason(verdict="careful", text=text, do="plan with the local shadow server")
    if shadow.major != evidence.major:
        text = f"tried on PostgreSQL {shadow.major}, and the target is {evidence.major}"
        do = f"plan where PostgreSQL {evidence.major} is installed, or give --shadow-url"
        yield Reason(verdict="careful", text=text, do=do)


def _of_faults(evidence: Evidence) -> Iterator[Reason]:
    for tried in evidence.tried:
        for fault in tried.faults:
            yield _of_fault(tried.step.label, fault, is_last=tried.trace is None)
    untried = [each.label for each in evidence.scripts if not each.is_traced]
    if evidence.shadow is not None and len(untried) > 1:
        text = f"not tried, as {untried[0]} did not come to its end: {', '.join(untried[1:])}"
        yield Reason(verdict="careful", text=text, script=untried[1])


def _of_fault(label: str, fault: Fault, *, is_last: bool) -> Reason:
    said = f"{fault.message} (SQLSTATE {fault.sqlstate})"
    if fault.sort == "rights":
        text = f"the deploying role may not do this: {said}"
        do = "grant it the right, or deploy as another role (--role)"
        return Reason(verdict="no", text=text, script=label, line=fault.line, do=do)
    if fault.sort == "extension":
        text = f"the shadow lacks what the script needs, so it could not be tried: {said}"
        do = "give --shadow-url of a server that has it, or plan with --no-shadow"
        return Reason(verdict="no", text=text, script=label, line=fault.line, do=do)
    if fault.sort == "rows" and is_last:
        text = f"it fails in the shadow, maybe for want of the target's rows: {said}"
        return Reason(verdict="careful", text=text, script=label, line=fault.line)
    return Reason(
        verdict="no", text=f"it fails: {said}", script=label, line=fault.line, do="correct it"
    )


def _of_extensions(evidence: Evidence) -> Iterator[Reason]:
    for tried in evidence.tried:
        after = tried.after.extensions if tried.after else tried.before.extensions
        for name in sorted(after.keys() - tried.before.extensions.keys()):
            if name not in evidence.available:
                text = f"the target's server has no extension {name}"
                do = "install its files there first"
                yield Reason(verdict="no", text=text, script=tried.step.label, do=do)
            elif evidence.available[name] != after[name]:
                text = (
                    f"extension {name} is {evidence.available[name]} on the target's server, and"
                    f" {after[name]} where it was tried"
                )
                yield Reason(verdict="careful", text=text, script=tried.step.label)


def _of_checks(checks: Sequence[CheckResult]) -> Iterator[Reason]:
    for each in checks:
        if each.outcome == "passed":
            continue
        text = check_words(each)
        is_no = each.outcome == "failed" and not each.is_repaired
        yield Reason(
            verdict="no" if is_no else "careful", text=text, script=each.script, line=each.line
        )


def check_words(check: CheckResult) -> str:
    """What came of a check, in one sentence."""
    if check.outcome == "passed":
        return check.asks
    if check.outcome == "unknown":
        return f"not known whether {check.asks}: {check.reason}"
    found = "at least one row does not" if check.count is None else _counted(check)
    parts = [f"not so: {check.asks}; {found}"]
    if check.reason:
        parts.append(check.reason)
    if check.examples:
        rest = (check.count or 0) - len(check.examples)
        shown = "; ".join(check.examples)
        parts.append(f"as {shown}{f' and {rest:,} more' if rest > 0 else ''}")
    if check.is_repaired:
        parts.append("a statement before it may mend that")
    return ", ".join(parts)


def _counted(check: CheckResult) -> str:
    count = check.count or 0
    if check.sort == "duplicate":
        return (
            "1 value is there more than once"
            if count == 1
            else (f"{count:,} values are there more than once")
        )
    return "1 row does not" if count == 1 else f"{count:,} rows do not"


def _of_locks(evidence: Evidence, options: Options) -> Iterator[Reason]:
    for script in evidence.scripts:
        for each in script.statements:
            if each.blocked is not None and each.blocked >= options.patience:
                text = "; ".join(each.forecast)
                if told := _written(each, evidence.tables):
                    text += f" ({told})"
                yield Reason(verdict="careful", text=text, script=script.label, line=each.line)
            yield from _of_sessions(script, each, evidence.sessions)


def _written(statement: PlannedStatement, tables: Mapping[str, TableFacts]) -> str:
    found = [
        f"{tables[lock.relation].writes:,.0f} rows are written there a second"
        for lock in statement.locks
        if lock.blocks and lock.relation in tables and (tables[lock.relation].writes or 0) >= 1
    ]
    return words.some(tuple(found), 1)


def _of_sessions(
    script: PlannedScript, statement: PlannedStatement, sessions: Sequence[Session]
) -> Iterator[Reason]:
    """Whoever has something open for which this would wait."""
    locked = {lock.relation for lock in statement.locks}
    for each in sessions:
        met = (
            sorted(locked.intersection(each.holds)) if not statement.is_alone else ["its snapshot"]
        )
        if met and locked:
            text = (
                f"waits for {session_words(each)}, which holds {words.some(tuple(met))};"
                " whatever comes after it waits too, up to lock_timeout"
            )
            if statement.is_alone:
                text = f"waits for {session_words(each)} to end"
            yield Reason(verdict="careful", text=text, script=script.label, line=statement.line)


def session_words(session: Session) -> str:
    """Who it is, and since when."""
    who = session.application or "a session without a name"
    of = f" of {session.user}" if session.user else ""
    pid = f"pid {session.pid}" if session.pid else "a prepared transaction"
    return f"{who}{of} ({pid}, open for {words.lasting(session.seconds)})"


def _of_others(evidence: Evidence) -> Iterator[Reason]:
    touched = {
        lock.relation for each in evidence.scripts for one in each.statements for lock in one.locks
    }
    for left in evidence.leftovers:
        if left.table in touched:
            text = f"left by a crash: {left.kind} {left.name} of {left.table}"
            yield Reason(verdict="careful", text=text, do=left.do)
    for each in evidence.replicas:
        if (each.seconds or 0.0) > _BEHIND:
            text = f"standby {each.name} is {words.lasting(each.seconds or 0.0)} behind"
            yield Reason(verdict="careful", text=text)
