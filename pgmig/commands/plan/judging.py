"""Judging: go, careful or no, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pgmig.commands.plan import words
from pgmig.commands.plan.casts import unquoted
from pgmig.commands.plan.options import Options
from pgmig.commands.plan.queries import of_queries
from pgmig.commands.plan.shadowing import Shadow
from pgmig.commands.plan.trying import Fault, Tried
from pgmig.commands.plan.unproved import UNPROVED
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
from pgmig.scripts.batch.tokens import tokens
from pgmig.shadow.trace.values import MODES

# What a role may do to itself, whose name the stand-in does not have.
_OF_ONESELF = frozenset(
    {("ALTER", "ROLE"), ("ALTER", "USER"), ("CREATE", "USER"), ("DROP", "USER")}
)

_BEHIND = 10.0  # seconds; a standby that is so far behind now will not catch up meanwhile


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a verdict is made of.

    Attributes:
        scripts: with their forecasts.
        tried: what was seen of them; empty without a shadow.
        shadow: where; None without one.
        major: of the target.
        role: the deploying one.
        checks: of rows.
        tables: facts by name.
        sessions: transactions that have been open for a while.
        replicas: what follows the target.
        leftovers: what crashes have left there.
        available: extensions that the target has the files of, with their versions.
        runner: who holds the runner lock; None: nobody.
        unknown: why the script that is part-way cannot go on; "" when it can.
        timeout: the role's statement_timeout, in milliseconds; 0: none.
    """

    scripts: Sequence[PlannedScript]
    tried: Sequence[Tried]
    shadow: Shadow | None
    major: int
    role: str
    checks: Sequence[CheckResult]
    tables: Mapping[str, TableFacts]
    sessions: Sequence[Session]
    replicas: Sequence[Replica]
    leftovers: Sequence[Leftover]
    available: Mapping[str, str]
    runner: str | None
    unknown: str
    timeout: int


# The weakest mode that each is in conflict with; stronger ones are too, but for ShareLock with
# itself (the table of conflicting lock modes in explicit-locking.html).
_WEAKEST_AGAINST = {
    "AccessShareLock": "AccessExclusiveLock",
    "RowShareLock": "ExclusiveLock",
    "RowExclusiveLock": "ShareLock",
    "ShareUpdateExclusiveLock": "ShareUpdateExclusiveLock",
    "ShareLock": "RowExclusiveLock",
    "ShareRowExclusiveLock": "RowExclusiveLock",
    "ExclusiveLock": "RowShareLock",
    "AccessExclusiveLock": "AccessShareLock",
}


def are_in_conflict(one: str, other: str) -> bool:
    """Whether two sessions cannot hold these modes on one table at a time."""
    if one == other == "ShareLock":
        return False
    return MODES.index(other) >= MODES.index(_WEAKEST_AGAINST[one])


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
        *of_queries(evidence.scripts),
        *_of_locks(evidence, options),
        *_of_timeout(evidence),
        *_of_sessions(evidence),
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
    if shadow.unplayed:
        text = f"{shadow.unplayed}: the scripts were tried on a copy of the schema, without rows"
        yield Reason(verdict="careful", text=text)
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
            is_own = fault.sort == "rights" and _is_of_itself(tried, fault, evidence.role)
            yield _of_own(tried.step.label, fault) if is_own else _of_fault(tried.step.label, fault)
    untried = [each.label for each in evidence.scripts if not each.is_traced]
    if evidence.shadow is not None and len(untried) > 1:
        text = f"not tried, as {untried[0]} did not come to its end: {', '.join(untried[1:])}"
        yield Reason(verdict="careful", text=text, script=untried[1])


def _is_of_itself(tried: Tried, fault: Fault, role: str) -> bool:
    """Whether a role may do this to itself alone: the stand-in in the shadow has another name."""
    for piece in tried.step.half.statements():
        if piece.line == fault.line and piece.words[:2] in _OF_ONESELF:
            return any(unquoted(each.text) == role for each in tokens(piece.sql) if each.is_name)
    return False


def _of_own(label: str, fault: Fault) -> Reason:
    text = f"not known whether the deploying role may do this to itself: {said_of(fault)}"
    return Reason(verdict="careful", text=text, script=label, line=fault.line)


def said_of(fault: Fault) -> str:
    """What the server said of a statement."""
    return f"{fault.message} (SQLSTATE {fault.sqlstate})"


def _of_fault(label: str, fault: Fault) -> Reason:
    said = said_of(fault)
    if fault.sort == "elsewhere":
        text = f"it could not be tried, as the shadow database has another name: {said}"
        return Reason(verdict="careful", text=text, script=label, line=fault.line)
    if fault.sort == "rights":
        text = f"the deploying role may not do this: {said}"
        do = "grant it the right, or deploy as another role (--role)"
        return Reason(verdict="no", text=text, script=label, line=fault.line, do=do)
    if fault.sort == "shadow":
        text = f"the shadow's own role may not do this, so it could not be tried: {said}"
        do = "plan with the local shadow server, or with --no-shadow"
        return Reason(verdict="no", text=text, script=label, line=fault.line, do=do)
    if fault.sort == "extension":
        text = f"the shadow lacks what the script needs, so it could not be tried: {said}"
        do = "give --shadow-url of a server that has it, or plan with --no-shadow"
        return Reason(verdict="no", text=text, script=label, line=fault.line, do=do)
    if fault.sort == "there":
        text = f"the shadow server has what it makes, so it could not be tried: {said}"
        do = "drop the role there (`pgmig server url`)"
        return Reason(verdict="careful", text=text, script=label, line=fault.line, do=do)
    if fault.sort == "rows":
        text = f"it fails in the shadow, which has no rows but those that scripts wrote: {said}"
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
        if each.outcome == "passed" and not (each.is_repaired or each.doubt):
            continue
        text = check_words(each)
        is_certain = not (each.is_repaired or each.doubt) and each.sort != UNPROVED
        is_no = each.outcome == "failed" and is_certain
        yield Reason(
            verdict="no" if is_no else "careful", text=text, script=each.script, line=each.line
        )


def check_words(check: CheckResult) -> str:
    """What came of a check, in one sentence."""
    said = _words_of(check)
    return f"{said}; {check.doubt}" if check.doubt else said


def _words_of(check: CheckResult) -> str:
    if check.outcome == "passed":
        changed = "; that is so now, and a statement before it may change those rows"
        return f"{check.asks}{changed if check.is_repaired else ''}"
    if check.sort == "value" and check.outcome == "failed" and check.is_repaired:
        return f"{check.fails}, unless a statement before it gives them one: the shadow has none"
    if check.outcome == "unknown":
        return f"not known whether {check.asks}: {check.reason}"
    text = check.fails if check.sort == "value" else f"{check.fails}: {counted(check)}"
    if check.reason:
        text += f", {check.reason}"
    if check.examples:
        rest = (check.count or 0) - len(check.examples)
        more = f"; and {rest:,} more" if rest > 0 else ""
        text += f" ({'; '.join(check.examples)}{more})"
    if check.sort == UNPROVED:
        return f"{text}; the statement fails if it changes such a row and does not mend it"
    return f"{text}; a statement before it may mend that" if check.is_repaired else text


def counted(check: CheckResult) -> str:
    """How many rows do not meet it."""
    if check.count is None:
        return "at least one row"
    noun = "value" if check.sort == "duplicate" else "row"
    return f"1 {noun}" if check.count == 1 else f"{check.count:,} {noun}s"


def _of_locks(evidence: Evidence, options: Options) -> Iterator[Reason]:
    for script in evidence.scripts:
        for each in script.statements:
            if each.blocked is not None and each.blocked >= options.patience:
                text = "; ".join(each.forecast)
                if told := _written(each, evidence.tables):
                    text += f" ({told})"
                yield Reason(verdict="careful", text=text, script=script.label, line=each.line)


def _of_timeout(evidence: Evidence) -> Iterator[Reason]:
    limit = evidence.timeout / 1000
    for script in evidence.scripts:
        for each in script.statements:
            if limit and (each.seconds or 0.0) > limit:
                text = (
                    f"takes {words.lasting(each.seconds or 0.0)}, and the role's statement_timeout"
                    f" ends it after {limit:g} s"
                )
                do = "raise statement_timeout for the role, or in the script"
                yield Reason(
                    verdict="careful", text=text, script=script.label, line=each.line, do=do
                )


def _written(statement: PlannedStatement, tables: Mapping[str, TableFacts]) -> str:
    found = [
        f"{tables[lock.relation].writes:,.0f} rows are written there a second"
        for lock in statement.locks
        if lock.blocks and lock.relation in tables and (tables[lock.relation].writes or 0) >= 1
    ]
    return words.some(tuple(found), 1)


def _of_sessions(evidence: Evidence) -> Iterator[Reason]:
    """Whoever has something open for which a statement would wait: the first such statement."""
    for each in evidence.sessions:
        found = [
            (script, statement, met)
            for script in evidence.scripts
            for statement in script.statements
            if (met := _waited_for(statement, each))
        ]
        if not found:
            continue
        script, statement, met = found[0]
        more = f"; so do {len(found) - 1} statements more" if len(found) > 1 else ""
        text = f"waits for {session_words(each)}, which has {met}{more}"
        if not statement.is_alone:
            text += "; whoever comes after it waits too, up to lock_timeout"
        yield Reason(verdict="careful", text=text, script=script.label, line=statement.line)


def _waited_for(statement: PlannedStatement, session: Session) -> str:
    """What the statement would wait for; "" when for nothing."""
    met = [
        f"{mode} on {name}"
        for name, mode in session.holds
        for lock in statement.locks
        if lock.relation == name and are_in_conflict(lock.mode, mode)
    ]
    if met:
        return words.some(tuple(dict.fromkeys(met)), 1)
    # CONCURRENTLY waits for every snapshot that is older (manual, sql-createindex.html).
    return "an older snapshot" if statement.is_alone and statement.locks else ""


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
