"""Rehearsal: the scripts of a plan are written while a shadow database goes their way.

Each runs up, down and up again on the state before it, with rows in every table. The way down of
a script is the plan from what its way up has made to what was there before, both read from the
shadow. Nothing that was not seen here is written.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from pgmig.catalog import read
from pgmig.catalog.scope import without
from pgmig.db import Connection, connect
from pgmig.db.execute import run
from pgmig.engine import run_script
from pgmig.errors import (
    PgmigError,
    ProofFailed,
    Refused,
    StatementFailed,
)
from pgmig.model import Hazard, Ignored, ObjectKey, Snapshot, Statement, uncollected
from pgmig.plan import Difference, differences, plan, without_order
from pgmig.scripts import Script
from pgmig.shadow import headings
from pgmig.shadow.drafting import Back, Piece, Renaming, draft, losses, up_only
from pgmig.shadow.evidence import require_rows
from pgmig.shadow.rows import Filled, Lost, Unfit, fill, fit, values
from pgmig.shadow.trace import Trace, run_traced, trace_lines
from pgmig.shadow.witness import PgDump, statements

_SHOWN = 8
_BY_PLACE = ("CREATE STATISTICS ", "ALTER PUBLICATION ")  # columns in their table's order
_ROWS = 3  # at least so many a table
_OF_VALUES = frozenset({"22", "23"})  # errcodes: data exception, integrity constraint violation
_UNSAFE_NEW_ENUM_VALUE = "55P04"  # errcodes: unsafe_new_enum_value_usage

T = TypeVar("T")


class End(Protocol):
    """A state: one end of what is rehearsed."""

    @property
    def snapshot(self) -> Snapshot:
        """What it holds."""
        ...

    @property
    def dump(self) -> Callable[[], str]:
        """What pg_dump says of it."""
        ...

    @property
    def database(self) -> Callable[[], AbstractContextManager[str]]:
        """Makes a shadow database in this state, dropped at the end."""
        ...

    @property
    def copied(self) -> Callable[[], AbstractContextManager[str]]:
        """Makes one of what is printed of this state, parsed again."""
        ...


@dataclass(frozen=True, slots=True)
class Proved:
    """One script, and what was observed.

    Attributes:
        script: both halves as they are to be written.
        snapshot: what its way up leads to.
        hazards: the dangers of the way up: those of its statements, and those that were seen.
        back: exact, structure only or irreversible, with the reason.
        trace: what each statement of the way up locks, rewrites and reads whole.
    """

    script: Script
    snapshot: Snapshot
    hazards: tuple[Hazard, ...]
    back: str
    trace: Trace


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """All scripts of a plan.

    Attributes:
        scripts: in order.
        unfilled: tables that no row could be put into, each with the reason.
        rows: how many rows there were.
        unfit: rows that the new state refuses, whatever a script does: it fails on such rows.
        refused: what the server said of rows with extreme values, when the scripts were proved
            with ordinary ones alone, or of the rows of `bare`; "" when they were proved with all.
        bare: tables without rows in the proof, because a way down stops where they hold any.
    """

    scripts: tuple[Proved, ...]
    unfilled: tuple[tuple[str, str], ...]
    rows: int
    unfit: tuple[Unfit, ...] = ()
    refused: str = ""
    bare: tuple[str, ...] = ()


def rehearse(
    ends: tuple[End, End],
    pieces: Sequence[Piece],
    witness: PgDump,
    *,
    directory: Path,
    allowed: frozenset[str] = frozenset(),
    on_step: Callable[[str], None] = lambda _: None,
) -> Rehearsed:
    """Write the scripts of a plan and prove each.

    Args:
        ends: what is, and what the last script leads to; every role of both exists on the shadow
            server.
        pieces: the ways up, in order.
        witness: a pg_dump that reads the shadow server.
        directory: where the scripts are to be.
        allowed: the hazards that are agreed to.
        on_step: told what happens next.

    Raises:
        ConsentMissing: values change, and `allowed` does not say data-loss.
        ProofFailed: a statement failed, a state is not what it should be, rows were lost that
            nobody announced; all are named.
    """
    old, new = ends

    def play(rows: int, bare: frozenset[ObjectKey] = frozenset()) -> Rehearsed:
        on_step("making the old state in a shadow database, with rows")
        with old.database() as url, closing(connect(url)) as conn:
            filled = fill(conn, _without(old.snapshot, bare), rows=rows)
            unfit = _fitted(conn, new, pieces)
            stage = _Stage(conn, url, witness, new.snapshot.ignored, directory, allowed)
            found: list[Proved] = []
            for piece in pieces:
                on_step(f"{piece.label}: up, down and up again")
                found.append(stage.play(piece))
            on_step("comparing the result with the target, and with pg_dump of both")
            _require_target(stage, new)
        return Rehearsed(tuple(found), _unfilled(filled), _count(filled, unfit), unfit)

    try:
        return play(_ROWS)
    except ProofFailed as error:
        # A value that cannot go there and back: the row is at fault, not the script.
        if error.sqlstate[:2] not in _OF_VALUES:
            raise
        refused = error.findings[0]
    on_step(f"again with ordinary values, as {refused}")
    try:
        return replace(play(1), refused=refused)
    except ProofFailed as error:
        # What comes back NOT NULL without its values: no table with a row takes it.
        bare = frozenset(each.key for piece in pieces for each in losses(piece.hazards))
        if error.sqlstate[:2] not in _OF_VALUES or not bare:
            raise
        refused = error.findings[0]
    names = tuple(f"{key.schema}.{key.name}" for key in sorted(bare))
    on_step(f"again without rows in {', '.join(names)}, as {refused}")
    return replace(play(_ROWS, bare), refused=refused, bare=names)


def _without(snapshot: Snapshot, keys: frozenset[ObjectKey]) -> Snapshot:
    objects = {key: each for key, each in snapshot.objects.items() if key not in keys}
    return replace(snapshot, objects=objects) if keys else snapshot


def _fitted(conn: Connection, new: End, pieces: Sequence[Piece]) -> tuple[Unfit, ...]:
    """Take away the rows that the new state would refuse, wherever they came from."""
    renames = [one for each in pieces for one in each.renames]
    with new.copied() as url, closing(connect(url)) as other, _renamed(conn, renames):
        return fit(conn, other)


@contextmanager
def _renamed(conn: Connection, renames: Sequence[Renaming]) -> Generator[None]:
    """Everything bears its new name, so that rows can be compared under it."""

    def change(statements: Iterable[Statement]) -> None:
        for each in statements:
            run(conn, each.sql)

    change(one for each in renames for one in each.there)
    yield
    change(one for each in reversed(renames) for one in each.back)


def _unfilled(filled: Filled) -> tuple[tuple[str, str], ...]:
    return tuple((".".join(table), reason) for table, reason in filled.unfilled)


def _count(filled: Filled, unfit: Sequence[Unfit]) -> int:
    return sum(filled.tables.values()) - sum(each.count for each in unfit)


class _Stage:
    """The shadow database on its way, with what was seen last."""

    def __init__(
        self,
        conn: Connection,
        url: str,
        witness: PgDump,
        ignored: Ignored,
        directory: Path,
        allowed: frozenset[str],
    ) -> None:
        self.conn, self.url, self.witness = conn, url, witness
        self.ignored, self.directory, self.allowed = ignored, directory, allowed
        self.snapshot, self.dump = self.read(), self.dumped()
        self.rows = values(conn)

    def play(self, piece: Piece) -> Proved:
        """Run one script up, down and up again."""
        step = f"{piece.label} up"
        with _renamed(self.conn, piece.renames):
            rows = values(self.conn) if piece.renames else self.rows
        tried = up_only(self.directory, piece)
        trace = attempt(step, lambda: run_traced(self.url, tried.up))
        after, made = self.read(), self.dumped()
        gone = require_rows(step, rows, self.conn, piece.hazards, allowed=self.allowed)
        piece = replace(piece, seen=tuple(map(_loss, gone)))
        notes = trace_lines(trace)
        back = self._way_back(piece, after)
        script = draft(self.directory, piece, back, notes)
        if script.down is not None:
            try:
                self._down(script, piece)
            except ProofFailed as error:
                if error.sqlstate != _UNSAFE_NEW_ENUM_VALUE:
                    raise
                back = self._way_back(piece, after, remake=_labels(back))
                script = draft(self.directory, piece, back, notes)
                self._down(script, piece)
            again = f"{piece.label} up again"
            attempt(again, lambda: run_script(self.conn, script, "up"))
            require(again, differences(self.read(), after))
        self.snapshot, self.dump, self.rows = after, made, values(self.conn)
        seen = tuple(dict.fromkeys((*piece.hazards, *trace.hazards)))
        return Proved(script, after, seen, back.told, trace)

    def _down(self, script: Script, piece: Piece) -> None:
        """Run the way down, and see that what was there before is there again."""
        step = f"{piece.label} down"
        attempt(step, lambda: run_script(self.conn, script, "down"))
        found = differences(self.read(), self.snapshot)
        require(step, without_order(found))
        is_moved = len(found) != len(without_order(found))
        require_dump(step, self.dumped(), self.dump, is_moved=is_moved)
        # A column that comes back has none of its values.
        empty = [
            replace(each, name="data-loss") for each in piece.hazards if each.name == "drop-column"
        ]
        require_rows(step, self.rows, self.conn, (*piece.hazards, *empty))

    def _way_back(
        self, piece: Piece, after: Snapshot, remake: frozenset[ObjectKey] = frozenset()
    ) -> Back:
        start = self.snapshot if piece.start is None else piece.start
        try:
            made = plan(after, start, remake=remake)
        except Refused as error:  # nothing leads back
            return Back(None, error.what)
        return Back(made, lost=losses(piece.hazards))

    def read(self) -> Snapshot:
        """What the shadow database holds, but for what the target's scope leaves out."""
        with uncollected():
            return without(read(self.conn), self.ignored.objects)

    def dumped(self) -> Counter[str]:
        """The same in pg_dump's words."""
        return statements(headings.without(self.witness.dump(self.url), self.ignored))


def _loss(lost: Lost) -> Hazard:
    return Hazard("data-loss", ObjectKey("table", *lost.table), str(lost))


def _labels(back: Back) -> frozenset[ObjectKey]:
    """The types that a way down gives labels to, which its transaction cannot use yet."""
    if back.plan is None:
        return frozenset()
    return frozenset(each.touches for each in back.plan.statements if each.is_committed_first)


def _require_target(stage: _Stage, new: End) -> None:
    """See that the shadow is the target, by our word and by pg_dump's."""
    made, dump = stage.snapshot, stage.dump
    found = differences(made, new.snapshot)
    real = without_order(found)
    is_moved = len(found) != len(real)
    wanted = statements(headings.without(new.dump(), stage.ignored))
    if not real and is_same_dump(dump, wanted, is_moved=is_moved):
        return
    # PostgreSQL may print what it parsed again in another form (catalog.md 0.3): a copy of the
    # target on the same server tells whether that is all.
    with new.copied() as url, closing(connect(url)) as conn:
        copy = without(read(conn), stage.ignored.objects)
        copied = statements(headings.without(stage.witness.dump(url), stage.ignored))
    unlike = {(each.key, each.field) for each in differences(made, copy)}
    require("the target", tuple(each for each in real if (each.key, each.field) in unlike))
    require_dump("the target", dump, copied, is_moved=is_moved)


def attempt(step: str, action: Callable[[], T]) -> T:
    """What the action gives.

    Raises:
        ProofFailed: with what the server said of which statement.
    """
    try:
        return action()
    except StatementFailed as error:
        parts = (error.detail, error.hint, error.context, f"in: {error.statement}")
        said = (f"{error.message} (SQLSTATE {error.sqlstate})", *(part for part in parts if part))
        raise ProofFailed(step=step, findings=said, sqlstate=error.sqlstate) from error
    except PgmigError as error:
        raise ProofFailed(step=step, findings=(str(error),)) from error


def require(step: str, found: Sequence[Difference]) -> None:
    """Refuse differences.

    Raises:
        ProofFailed: names the first of them.
    """
    if found:
        shown = tuple(str(each) for each in found[:_SHOWN])
        rest = (f"and {len(found) - _SHOWN} more",) if len(found) > _SHOWN else ()
        raise ProofFailed(step=step, findings=(*shown, *rest))


def is_same_dump(got: Counter[str], wanted: Counter[str], *, is_moved: bool = False) -> bool:
    """Whether pg_dump says the same of both, whatever the order of statements.

    Args:
        got: of the one.
        wanted: of the other.
        is_moved: columns are known to stand in another order.
    """
    if got == wanted:
        return True
    return is_moved and _with_sorted_lines(got) == _with_sorted_lines(wanted)


def require_dump(
    step: str, got: Counter[str], wanted: Counter[str], *, is_moved: bool = False
) -> None:
    """Refuse when pg_dump tells two states apart.

    Raises:
        ProofFailed: with its words.
    """
    if is_same_dump(got, wanted, is_moved=is_moved):
        return
    shown = [f"pg_dump has only after the script: {text}" for text in got - wanted]
    shown += [f"pg_dump misses after the script: {text}" for text in wanted - got]
    raise ProofFailed(step=step, findings=tuple(shown[:_SHOWN]))


def _with_sorted_lines(dump: Counter[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for text, count in dump.items():
        if text.startswith(_BY_PLACE):
            parts = sorted(text.replace(",", " ").replace("(", " ").replace(")", " ").split())
        else:
            parts = sorted(line.rstrip(",") for line in text.split("\n"))
        found["\n".join(parts)] += count
    return found
