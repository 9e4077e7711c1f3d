"""`pgmig status`: which scripts are applied, which are pending, and what is amiss."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from pgmig.commands.part_way import part_way_verdict, runner_at_work
from pgmig.commands.target import Target, session
from pgmig.db import describe
from pgmig.engine import PartWay, State, look
from pgmig.engine.outcome import Leftover, Verdict, leftovers
from pgmig.engine.refresh.due import due, unpopulated
from pgmig.engine.rules import compare, seen
from pgmig.scripts import Directory, check_sum, read

Trouble = Literal["edited", "edited-down", "missing", "out-of-order", "unsealed", "seal-broken"]

_HARMLESS = frozenset({"edited-down", "unsealed"})


class VersionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One version.

    Attributes:
        version: its number.
        label: its file name without the half.
        is_applied: the database has it.
        kind: `script` or `baseline` when it is applied.
        applied_at: when it was committed.
        role: who applied it.
        troubles: `edited`: its up half is not the text that was applied; `edited-down`: only its
            down half is not, and going down uses what history keeps; `missing`: it has no file;
            `out-of-order`: it is pending below an applied one; `unsealed`: pgmig.sum does not
            know it; `seal-broken`: it is not the text that was sealed.
    """

    version: int
    label: str
    is_applied: bool
    kind: str | None = None
    applied_at: datetime | None = None
    role: str | None = None
    troubles: tuple[Trouble, ...] = ()


class GapStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers that no script has, between two that have one."""

    after: str
    before: str
    first: int
    last: int


class StatusReport(msgspec.Struct, frozen=True, kw_only=True):
    """How a database and a migrations directory stand to each other.

    Attributes:
        target: user, host, port and database.
        server_version: as the server names it, like `18.1`.
        directory: the migrations directory.
        has_history: pgmig has written to this database.
        current: the highest applied version; 0 when there is none.
        versions: every version of the files and of the history, in order.
        gaps: holes between numbers, which refuse nothing.
        part_way: a script without a transaction that has begun and not ended.
        verdict: what the catalog says of the statement of it in which a runner died; None where
            only a run can tell.
        runner: who holds the runner lock at this moment, or the lease behind a pooler.
        leftovers: what crashes have left, of whatever tool; None when nobody asked.
        due: materialized views that scripts have left without the rows that they had.
        unpopulated: all materialized views that nobody can read before they are refreshed; None
            when nobody asked.
    """

    target: str
    server_version: str
    directory: str
    has_history: bool
    current: int
    versions: tuple[VersionStatus, ...]
    gaps: tuple[GapStatus, ...] = ()
    part_way: PartWay | None = None
    verdict: Verdict | None = None
    runner: str | None = None
    leftovers: tuple[Leftover, ...] | None = None
    due: tuple[str, ...] = ()
    unpopulated: tuple[str, ...] | None = None

    @property
    def pending(self) -> tuple[VersionStatus, ...]:
        """What `pgmig up` has before it."""
        return tuple(version for version in self.versions if not version.is_applied)

    @property
    def conflicts(self) -> tuple[VersionStatus, ...]:
        """What `pgmig up` would refuse."""
        return tuple(v for v in self.versions if not _HARMLESS.issuperset(v.troubles))

    @property
    def is_current(self) -> bool:
        """Everything is applied, nothing is part-way or due, files and history agree."""
        return not (self.pending or self.conflicts or self.part_way or self.due)


def status(target: str | Target, directory: Path, *, has_leftovers: bool = False) -> StatusReport:
    """How this database stands; creates nothing.

    Args:
        target: the database.
        directory: of the scripts.
        has_leftovers: also look for what crashes have left, and for views without rows.

    Raises:
        PgmigError: no session, no directory, or a schema `pgmig` that is not ours.
    """
    scripts = read(directory)
    with closing(session(target, application_name="pgmig status")) as conn:
        home, state = look(conn)
        runner = runner_at_work(conn)
        return StatusReport(
            target=describe(conn),
            server_version=conn.info.parameter_status("server_version") or "",
            directory=str(directory),
            has_history=home.is_there,
            current=state.current,
            versions=_versions(seen(scripts, state), state),
            gaps=tuple(
                GapStatus(after=gap.after, before=gap.before, first=gap.first, last=gap.last)
                for gap in scripts.gaps
            ),
            part_way=state.part_way,
            verdict=None if runner else part_way_verdict(conn, scripts, state),
            runner=runner,
            leftovers=leftovers(conn) if has_leftovers else None,
            due=tuple(due(conn, home).values()),
            unpopulated=unpopulated(conn) if has_leftovers else None,
        )


def _versions(directory: Directory, state: State) -> tuple[VersionStatus, ...]:
    found = compare(directory, state)
    sums = check_sum(directory)
    labels: dict[Trouble, set[str]] = {
        "edited": {state.applied[script.version].label for script in found.edited},
        "edited-down": {state.applied[script.version].label for script in found.edited_down},
        "missing": {applied.label for applied in found.missing},
        "out-of-order": {script.label for script in found.out_of_order},
        "unsealed": set(sums.unsealed),
        "seal-broken": {edit.label for edit in sums.edited},
    }
    below = state.baseline
    shown = {s.version: s.label for s in directory.scripts if s.version > below}
    shown |= {applied.version: applied.label for applied in state.applied.values()}
    return tuple(
        _version(state, version, label, labels) for version, label in sorted(shown.items())
    )


def _version(
    state: State, version: int, label: str, labels: dict[Trouble, set[str]]
) -> VersionStatus:
    applied = state.applied.get(version)
    return VersionStatus(
        version=version,
        label=label,
        is_applied=applied is not None,
        kind=applied.kind if applied else None,
        applied_at=applied.applied_at if applied else None,
        role=applied.role if applied else None,
        troubles=tuple(trouble for trouble, names in labels.items() if label in names),
    )
