"""Judging: go, careful or no, and why."""

from collections.abc import Iterator, Mapping, Sequence

from pgmig.commands.plan import words
from pgmig.commands.plan.evidence import Evidence
from pgmig.commands.plan.faults import of_extensions, of_faults
from pgmig.commands.plan.options import Options
from pgmig.commands.plan.queries import of_queries, of_unread
from pgmig.commands.plan.row_locks import MODES as ROW_MODES
from pgmig.commands.plan.row_locks import row_changes
from pgmig.commands.plan.unproved import UNPROVED
from pgmig.commands.plan.values import (
    CheckResult,
    PlannedStatement,
    Reason,
    Room,
    Session,
    TableFacts,
    Verdict,
)
from pgmig.ddl import qualified
from pgmig.shadow.trace.values import MODES

_MUCH = 1_000_000_000  # bytes of WAL, kept for nobody

_BEHIND = 10.0  # seconds; a standby that is so far behind now will not catch up meanwhile


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
        *of_faults(evidence),
        *of_extensions(evidence),
        *_of_checks(evidence.checks),
        *of_queries(evidence.scripts),
        *(of_unread(options.queries, evidence.tried) if options.queries else ()),
        *_of_locks(evidence, options),
        *_of_timeout(evidence),
        *_of_sessions(evidence),
        *_of_others(evidence),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: each.verdict != "no"))


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
    if shadow.uncompared:
        text = f"whether the target is as its history says is not known: {shadow.uncompared}"
        yield Reason(verdict="careful", text=text, do="plan again once it has ended")
    if shadow.acting is None:
        text = "the rights of the deploying role were not tried: the shadow has no role for that"
        yield Reason(verdict="careful", text=text, do="plan with the local shadow server")
    if shadow.major != evidence.major:
        text = f"tried on PostgreSQL {shadow.major}, and the target is {evidence.major}"
        do = f"plan where PostgreSQL {evidence.major} is installed, or give --shadow-url"
        yield Reason(verdict="careful", text=text, do=do)


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
            yield from _of_rows(evidence, each)
            continue
        script, statement, met = found[0]
        rest = len(found) - 1
        more = f"; so do {rest} statements more" if rest > 1 else "; so does one more" * rest
        text = f"waits for {session_words(each)}, which has {met}{more}"
        if not statement.is_alone:
            text += "; whoever comes after it waits too, up to lock_timeout"
        yield Reason(verdict="careful", text=text, script=script.label, line=statement.line)


def _of_rows(evidence: Evidence, session: Session) -> Iterator[Reason]:
    """Where it may have rows locked that a statement changes: the first such statement."""
    for each in row_changes(evidence.tried):
        names = {qualified(*table) for table in each.tables}
        held = [
            f"{mode} on {name}"
            for name, mode in session.holds
            if name in names and mode in ROW_MODES
        ]
        if held:
            text = (
                f"may wait for {session_words(session)}, which has {words.some(tuple(held), 1)}"
                " and may have rows locked that the statement changes"
            )
            yield Reason(verdict="careful", text=text, script=each.script, line=each.line)
            return


def _waited_for(statement: PlannedStatement, session: Session) -> str:
    """What the statement would wait for; "" when for nothing."""
    met = [
        f"{mode} on {name}"
        for name, mode in session.holds
        for lock in statement.locks
        if lock.relation == name and are_in_conflict(lock.mode, mode)
    ]
    if not met and statement.is_alone:
        # CONCURRENTLY waits for whoever has the table locked in any mode, and while it builds an
        # index for every snapshot that is older (manual, sql-createindex.html).
        names = {lock.relation for lock in statement.locks}
        met = [f"{mode} on {name}" for name, mode in session.holds if name in names]
        if not met and statement.rebuilt and session.has_snapshot:
            return "an older snapshot"
    return words.some(tuple(dict.fromkeys(met)), 1)


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
    yield from _of_followers(evidence)


def _of_followers(evidence: Evidence) -> Iterator[Reason]:
    """Standbys and subscribers that are behind, and WAL that is kept for those that are away."""
    for each in evidence.replicas:
        if (each.seconds or 0.0) > _BEHIND:
            text = f"{each.kind} {each.name} is {words.lasting(each.seconds or 0.0)} behind"
            yield Reason(verdict="careful", text=text)
    wal = sum(
        evidence.tables[name].whole
        for script in evidence.scripts
        for one in script.statements
        for name in one.rewrites
        if name in evidence.tables
    )
    for slot in evidence.slots:
        if slot.limit is not None and wal > slot.limit:
            text = (
                f"slot {slot.name} would be lost: it may fall {words.size(slot.limit)} further"
                f" behind, and tables that are written anew make about {words.size(wal)} of WAL"
            )
            yield Reason(verdict="careful", text=text)
        elif not slot.is_active and slot.bytes + wal > _MUCH:
            text = f"slot {slot.name} is inactive and keeps {words.size(slot.bytes)} of WAL" + (
                f", and {words.size(wal)} more with these scripts" if wal else ""
            )
            yield Reason(verdict="careful", text=text, do="drop it, or start what reads from it")
    for room in evidence.rooms:
        if room.free is not None and room.needed > room.free:
            text = f"{room_words(room)}: too little"
            yield Reason(verdict="careful", text=text, do="make room there")


def room_words(room: Room) -> str:
    """How much is needed, and how much there is."""
    where = f" in tablespace {room.tablespace}" if room.tablespace else ""
    told = f"about {words.size(room.needed)} more are needed{where} while tables are written anew"
    if room.free is None:
        return f"{told}; how much is free is not known"
    return f"{told}, and {words.size(room.free)} are free"
