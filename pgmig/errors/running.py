"""History, locks and running scripts."""

from pathlib import Path

from pgmig.errors.base import (
    HistoryConflict,
    Interrupted,
    PgmigError,
    Refused,
    RunnerLocked,
    UsageError,
)

_LINES, _WIDTH = 10, 200  # of a statement that people are shown
_RAISED, _JUDGE = "P0001", "DO $pgmig"  # errcodes: raise_exception; pgmig/seeds/judging.py


class ShadowTooOld(Refused):
    """The shadow server is older than the database, whose schema it may not know."""

    def __init__(self, *, shadow: int, target: int) -> None:
        super().__init__(
            f"the shadow server is of version {shadow}, older than the database's {target}",
            do=f"give --shadow-url of a server of version {target}, or install PostgreSQL {target}"
            " on this machine",
        )
        self.shadow = shadow
        self.target = target


class HistoryForeign(Refused):
    """The target has a schema called pgmig, and pgmig did not make it."""

    def __init__(self, *, target: str) -> None:
        super().__init__(
            "the schema pgmig exists and is not pgmig's own",
            where=target,
            do="rename that schema, or move its objects elsewhere: pgmig keeps its history there",
        )
        self.target = target


class HistoryTooNew(PgmigError):
    """A later pgmig wrote the history of this database."""

    def __init__(self, *, found: int, known: int, tool_version: str) -> None:
        super().__init__(
            f"the history has format {found}, this pgmig knows {known}",
            do=f"use pgmig {tool_version} or newer",
        )
        self.found = found
        self.known = known


class TransactionControl(Refused):
    """A script begins or ends transactions, which is the runner's work."""

    def __init__(
        self, *, path: Path, line: int, column: int, words: str, is_transactional: bool
    ) -> None:
        super().__init__(
            f"{path.name} holds {words}, but pgmig begins and ends its transactions",
            where=f"{path}:{line}:{column}",
            do="remove it: the whole script is one transaction"
            if is_transactional
            else "remove it: each statement is committed alone; what belongs together goes into"
            " a script without transaction=off",
        )
        self.path = path
        self.line = line
        self.column = column


class ScriptIrreversible(Refused):
    """A script has no way back."""

    def __init__(self, *, label: str, reason: str) -> None:
        super().__init__(
            f"{label} is irreversible: {reason}",
            do="go back with a new script that goes forward, or restore a backup",
        )
        self.label = label
        self.reason = reason


class BaselineNotDropped(Refused):
    """The way back from a baseline would drop what was there before pgmig."""

    def __init__(self, *, label: str, target: str) -> None:
        super().__init__(
            f"{label} was recorded, not run: its down would drop what was here before pgmig",
            where=target,
            do="stop above it, or consent with `--allow data-loss`",
        )
        self.label = label


class RunnerBusy(RunnerLocked):
    """Another runner kept the lock for as long as we were to wait."""

    def __init__(self, *, target: str, holder: str, waited: float) -> None:
        super().__init__(
            f"another runner holds the lock: {holder or 'it let go and another took it'}",
            where=f"{target}, waited {waited:.1f} s",
            do="run the command again when it is done, or wait longer with `--runner-timeout`",
        )
        self.holder = holder
        self.waited = waited


class RunnerOvertaken(RunnerLocked):
    """Another runner wrote the history while this one believed to be alone."""

    def __init__(self, *, label: str) -> None:
        super().__init__(
            f"another runner wrote the history while {label} ran; {label} was not recorded",
            do="see what runs on this database, then run the command again; a script that calls"
            " pg_advisory_unlock_all() takes the runner's lock away",
        )
        self.label = label


class LeaseLost(RunnerLocked):
    """The lock or the lease was another runner's by the time the work was to be recorded."""

    def __init__(self, *, label: str, is_pooled: bool) -> None:
        super().__init__(
            f"another runner took over while {label} ran; {label} was not recorded",
            do="see why this runner gave no sign of life (a network that stood still, a machine"
            " that slept), then run the command again"
            if is_pooled
            else "see what runs on this database, then run the command again; a script that calls"
            " pg_advisory_unlock_all() takes the runner's lock away",
        )
        self.label = label


class HistoryClosed(Refused):
    """The history row of a script could not be written in the transaction of that script."""

    def __init__(self, *, path: Path, reason: str, holds: str) -> None:
        super().__init__(
            f"{path.name} cannot be recorded: {reason}",
            where=str(path),
            notes=(("now", holds),),
            do="leave the schema pgmig to pgmig: no script drops or alters it, and no trigger,"
            " rule or policy keeps its rows out",
        )
        self.path = path
        self.reason = reason
        self.holds = holds


class TextNotKept(Refused):
    """The text of a script is too long for the history, which knows its checksum alone."""

    def __init__(self, *, path: Path, label: str, kept: int) -> None:
        super().__init__(
            f"the history does not hold the text of {path.name}, which is longer than {kept}"
            " characters",
            where=str(path),
            do=f"restore the file as it was when {label} was applied",
        )
        self.path = path
        self.label = label


class StateLeft(Refused):
    """A statement leaves session state that nobody can count on."""

    def __init__(self, *, path: Path, line: int, words: str, is_pooled: bool = True) -> None:
        super().__init__(
            f"{path.name} holds {words}, and a pooler stands before the server"
            if is_pooled
            else f"{path.name} holds {words} and has no transaction: when it goes on in another"
            " session, that is gone",
            where=f"{path}:{line}",
            do="connect without the pooler to run this script, or write it without session state"
            " (SET LOCAL in a transaction)"
            if is_pooled
            else "make an ordinary table and drop it at the end, or remove transaction=off",
        )
        self.path = path
        self.line = line


class VersionUnknown(UsageError):
    """The version asked for is not there."""

    def __init__(self, *, version: int, where: str, nearest: str = "") -> None:
        super().__init__(
            f"there is no version {version} {where}",
            do=f"name one that is there; the nearest is {nearest}"
            if nearest
            else "`pgmig status` lists the versions",
        )
        self.version = version


class WrongDirection(UsageError):
    """The version asked for lies on the other side of the current one."""

    def __init__(self, *, version: int, current: int, command: str) -> None:
        side = "below" if version < current else "above"
        super().__init__(
            f"version {version} is {side} the current version {current}", do=f"`{command}`"
        )
        self.version = version
        self.current = current


class ScriptsEdited(HistoryConflict):
    """Files are not the text that was applied."""

    def __init__(self, *, path: Path, applied: str, others: int) -> None:
        more = f" (and {others} more)" if others else ""
        super().__init__(
            f"{path.name} is not the text that was applied{more}",
            where=f"{path}, applied {applied}",
            do="restore the file, and make the change in a new script; if it is another branch's,"
            " `pgmig goto VERSION` takes down what was applied and applies what the files here say",
        )
        self.path = path


class ScriptsMissing(HistoryConflict):
    """Applied scripts have no file."""

    def __init__(self, *, path: Path, applied: str, others: int) -> None:
        more = f" (and {others} more)" if others else ""
        super().__init__(
            f"{path.name} was applied and its file is missing{more}",
            where=f"{path}, applied {applied}",
            do="restore the file from version control; if it is another branch's,"
            " `pgmig goto VERSION` takes it down and applies what the files here say",
        )
        self.path = path


class OutOfOrder(HistoryConflict):
    """Pending scripts are numbered below the last applied one."""

    def __init__(self, *, labels: tuple[str, ...], last: str, directory: Path) -> None:
        super().__init__(
            f"{', '.join(labels)}: pending, but numbered below {last}, which is applied",
            where=str(directory),
            do="`pgmig rebase` gives each a number above it, once both orders are seen to lead to"
            " one schema; `pgmig up --out-of-order` applies them as they are",
        )
        self.labels = labels
        self.last = last


class AlreadyRecorded(HistoryConflict):
    """A baseline cannot be recorded: the history has that version, or one above it."""

    def __init__(self, *, label: str, last: str, target: str) -> None:
        super().__init__(
            f"{label} cannot be recorded as applied: the history stands at {last}",
            where=target,
            do="`pgmig status` tells what is applied",
        )
        self.label = label


class PartWayElsewhere(Interrupted):
    """Another script, or the other direction, was begun and not ended."""

    def __init__(self, *, label: str, direction: str, done: int) -> None:
        super().__init__(
            f"{label} is part-way {direction}: {done} of its statements are done",
            do=f"finish it first with `pgmig {direction}`",
        )
        self.label = label
        self.direction = direction


class OutcomeUnknown(Interrupted):
    """A runner died while a statement ran that was not part of a transaction."""

    def __init__(
        self,
        *,
        path: Path,
        line: int,
        number: int,
        total: int,
        version: int,
        statement: str,
        evidence: tuple[str, ...] = (),
    ) -> None:
        super().__init__(
            f"whether statement {number} of {path.name} took effect is not known: its runner died",
            where=f"{path}:{line}",
            notes=(
                ("sql", _shown(statement)),
                ("now", f"the statements before it are done ({number - 1} of {total})"),
                ("found", "\n".join(evidence)),
            ),
            do="look whether it took effect (an index: does it exist, and is it valid?), then"
            f" `pgmig resolve {version} --statement {number} --done` or `--redo`",
        )
        self.path = path
        self.number = number
        self.statement = statement
        self.evidence = evidence


class StepChanged(HistoryConflict):
    """A script that is part-way is no longer the text whose first statements ran."""

    def __init__(self, *, path: Path, line: int, number: int) -> None:
        super().__init__(
            f"statement {number} of {path.name} has run and is another text now",
            where=f"{path}:{line}",
            do="restore the statements that are done; those after them may be corrected",
        )
        self.path = path
        self.number = number


class PartWayChanged(HistoryConflict):
    """A script that is part-way has another name now, or has become one transaction."""

    def __init__(self, *, path: Path, label: str, done: int, is_renamed: bool) -> None:
        change = "its file has another name now" if is_renamed else "is one transaction now"
        direction = "down" if path.name.endswith(".down.sql") else "up"
        super().__init__(
            f"{label} is part-way without a transaction and {change}",
            where=str(path),
            notes=(("now", f"{done} of its statements are done and kept"),),
            do=f"name both of its files {label} again"
            if is_renamed
            else f"put `-- pgmig: transaction=off` back at its head, then `pgmig {direction}`",
        )
        self.path = path
        self.label = label
        self.done = done


class PartWayMissing(HistoryConflict):
    """A script that is part-way has no file."""

    def __init__(self, *, path: Path, label: str, done: int) -> None:
        super().__init__(
            f"{label} is part-way up and its file is missing",
            where=str(path),
            notes=(("now", f"{done} of its statements are done and kept"),),
            do=f"restore {path.name}, then `pgmig up`",
        )
        self.path = path
        self.label = label
        self.done = done


class StatementFailed(PgmigError):
    """A statement of a script failed.

    Attributes:
        path: the script's file.
        line: from 1; 0 when the error came at the end of the transaction.
        column: from 1, in characters.
        statement: as it is written, its end cut off when it is long.
        sqlstate: as the server gave it.
        message: as the server gave it, like `detail`, `hint` and `context`.
        holds: what the database holds now.
    """

    def __init__(
        self,
        *,
        path: Path,
        line: int,
        column: int,
        statement: str,
        sqlstate: str,
        message: str,
        detail: str,
        hint: str,
        context: str,
        holds: str,
        do: str,
    ) -> None:
        super().__init__(
            f"{path.name}: {message} (SQLSTATE {sqlstate})",
            where=f"{path}:{line}:{column}" if line else f"{path}, at the end of its transaction",
            notes=(
                ("sql", "" if _is_judge(sqlstate, statement) else _shown(statement)),
                ("detail", detail),
                ("hint", hint),
                ("in", context),
                ("now", holds),
            ),
            do=do,
        )
        self.path = path
        self.line = line
        self.column = column
        self.statement = statement
        self.sqlstate = sqlstate
        self.message = message
        self.detail = detail
        self.hint = hint
        self.context = context
        self.holds = holds


class RunConnectionLost(Interrupted):
    """The connection broke while a script ran."""

    def __init__(self, *, path: Path, reason: str, holds: str) -> None:
        super().__init__(
            f"the connection broke while {path.name} ran: {reason}",
            where=str(path),
            notes=(("now", holds),),
            do="run the same command again: it asks the history and goes on from there",
        )
        self.path = path
        self.reason = reason
        self.holds = holds


class RunStopped(PgmigError):
    """Ctrl-C or a signal stopped the run before it changed anything."""

    def __init__(self, *, target: str, holds: str) -> None:
        super().__init__("stopped", where=target, notes=(("now", holds),))
        self.holds = holds


class RunStoppedPartWay(Interrupted):
    """Ctrl-C or a signal stopped the run after some of its work was done."""

    def __init__(self, *, target: str, holds: str, is_known: bool = True) -> None:
        super().__init__(
            "stopped part-way",
            where=target,
            notes=(("now", holds),),
            do="the same command goes on from here"
            if is_known
            else "ask `pgmig status`: it tells what is done and how to go on",
        )
        self.holds = holds


class NothingToResolve(UsageError):
    """The statement named is not one whose outcome is unknown."""

    def __init__(self, *, version: int, statement: int, unknown: str) -> None:
        super().__init__(
            f"statement {statement} of version {version} is not one whose outcome is unknown",
            do=f"the one that is unknown: {unknown}"
            if unknown
            else "there is none: `pgmig status` tells what is part-way",
        )
        self.version = version
        self.statement = statement


class OutcomeUntold(UsageError):
    """`pgmig resolve` was not told what became of a statement; this holds what is known of it."""

    def __init__(
        self,
        *,
        version: int,
        direction: str,
        number: int,
        path: Path | None = None,
        line: int = 1,
        statement: str = "",
        evidence: tuple[str, ...] = (),
        meaning: str = "",
        is_decided: bool = False,
    ) -> None:
        resolve = f"`pgmig resolve {version} --statement {number} --done` or `--redo`"
        super().__init__(
            f"what became of statement {number} of version {version} is to be said:"
            " --done or --redo",
            where=f"{path}:{line}" if path else "",
            notes=(
                ("sql", _shown(statement)),
                ("found", "\n".join(evidence)),
                ("so", meaning),
            ),
            do=f"`pgmig {direction}` does that by itself; to overrule it, {resolve}"
            if is_decided
            else f"look whether it took effect, then {resolve}",
        )
        self.version = version
        self.direction = direction
        self.number = number
        self.statement = statement
        self.evidence = evidence
        self.meaning = meaning
        self.is_decided = is_decided


def _is_judge(sqlstate: str, statement: str) -> bool:
    """Whether a block of `diff --data` says itself what is wrong: its text is values of rows."""
    return sqlstate == _RAISED and _JUDGE in statement


def _shown(statement: str) -> str:
    """The beginning of a statement, line by line: a line break may end a comment in it."""
    lines = statement.split("\n")
    shown = [line if len(line) <= _WIDTH else f"{line[:_WIDTH]}..." for line in lines[:_LINES]]
    return "\n".join(shown if len(lines) <= _LINES else [*shown, "..."])
