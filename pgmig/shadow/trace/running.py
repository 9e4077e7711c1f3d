"""One half of a script, run as the engine runs it, but looked at after each statement."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from typing import Final, LiteralString

from pgmig.db import Connection, connect
from pgmig.db.execute import Reply, compose, fetch, refused, run, send, send_between
from pgmig.db.notices import skipped
from pgmig.engine.body import place_in_statement, place_of_fault, read_body
from pgmig.engine.job import Job
from pgmig.engine.options import Listener, Options
from pgmig.engine.runner import run_script
from pgmig.engine.session import COMMIT, begin, clearing, lex_as_standard, reset, restore
from pgmig.engine.step import Step
from pgmig.scripts import Half, Piece, Script
from pgmig.scripts.names import Direction
from pgmig.shadow.trace.gate import Gate
from pgmig.shadow.trace.looking import Observer, Seen
from pgmig.shadow.trace.planned import planned
from pgmig.shadow.trace.values import StatementTrace, Trace

# What the server says of a statement that cannot be within a transaction block, and of a
# procedure that commits there (errcodes-appendix.html).
_NOT_IN_BLOCK: Final = frozenset({"25001", "2D000"})

# What means something else within a transaction block, or nothing outside one.
_ONLY_IN_BLOCK: Final = frozenset({"LOCK", "DECLARE", "SAVEPOINT", "RELEASE", "ROLLBACK"})

_LOCK_TIMEOUT: LiteralString = "SET lock_timeout={lock_timeout}"


Watch = Callable[[Connection, StatementTrace], None]
"""Sees each statement that is no setting, before its transaction ends where it has one."""


def _see_nothing(_conn: Connection, _trace: StatementTrace) -> None:
    return None


def run_traced(
    url: str,
    half: Half,
    direction: Direction = "up",
    *,
    options: Options | None = None,
    watch: Watch = _see_nothing,
) -> Trace:
    """Run one half of a script on a shadow database and tell what each statement did there.

    In a script without a transaction each statement runs within one of its own, so that it can be
    looked at before it ends; those that the server refuses there run alone, watched from outside.

    Args:
        url: of the database; nobody else works there.
        half: what to run.
        direction: which half it is, for messages.
        options: how to run it; nothing is tried again.
        watch: may look at more, in the session that runs the statements.

    Raises:
        StatementFailed, RunConnectionLost: as the engine has it.
        TransactionControl, EmptyScript and the like: before the first statement.
        KeyboardInterrupt: Ctrl-C; the statement was cancelled on the server.
    """
    with ExitStack() as stack:
        return Tracer(url, stack).run(half, direction, options=options, watch=watch)


@dataclass(slots=True)
class Tracer:
    """Runs one half after another in one session, which costs less than a session for each.

    Attributes:
        url: of a shadow database; until `forget` nobody else changes a relation there.
        stack: closes the sessions.
    """

    url: str
    stack: ExitStack
    _observer: Observer | None = None
    _gate: Gate | None = None

    def run(
        self,
        half: Half,
        direction: Direction = "up",
        *,
        options: Options | None = None,
        watch: Watch = _see_nothing,
    ) -> Trace:
        """The same as `run_traced`."""
        body = read_body(half)
        step = Step(Script(version=0, name="", up=half, down=half), direction)
        observer = self._observing()
        job = Job(observer.conn, step, body, None, "", options or Options(), Listener())
        with self._unless_failed():
            if half.header.transaction:
                return Trace(tuple(_transactional(job, observer, watch)))
            made = Trace(tuple(_Stepwise(job, observer, self._gated(job.conn), watch).run()))
            restore(job.conn)
            return made

    def pass_over(self, script: Script) -> None:
        """Run the way up of a script as the engine does, in the same session.

        Raises:
            StatementFailed: as `run_script` says.
        """
        observer = self._observing()
        with self._unless_failed():
            run_script(observer.conn, script, "up")
        observer.forget()

    def forget(self) -> None:
        """Others may have changed relations."""
        if self._observer is not None:
            self._observer.forget()

    def _observing(self) -> Observer:
        if self._observer is None:
            self._observer = Observer(self.stack.enter_context(closing(connect(self.url))))
        return self._observer

    @contextmanager
    def _unless_failed(self) -> Generator[None]:
        """A session in which something failed is not used again."""
        observer, self._observer = self._observer, None
        yield
        self._observer = observer

    def _gated(self, conn: Connection) -> Gate:
        if self._gate is None or self._gate.watched is not conn:
            self._gate = Gate(self.url, conn, self.stack)
        return self._gate


def _transactional(job: Job, observer: Observer, watch: Watch) -> Iterator[StatementTrace]:
    """The statements in one transaction, as `transactional.run_transactional` sends them."""
    lex_as_standard(job.conn)
    opening = begin(job.conn, job.lock_timeout).text
    is_seen = False
    for number, piece in enumerate(job.body.half.statements(), start=1):
        if _is_setting(piece):
            if opening:
                run(job.conn, opening)
                opening = ""
            reply, seconds = _send(job, piece)
            _require_done(job, piece, reply, job.rolled_back())
            yield StatementTrace(number, seconds=seconds)
            continue
        if not is_seen:  # not before: SET TRANSACTION must precede any query
            observer.start(opening)
            is_seen, opening = True, ""
        reply, seen = _looked_at(job, observer, piece)
        _require_done(job, piece, reply, job.rolled_back())
        traced = _trace(number, seen, piece, seen.seconds)
        watch(job.conn, traced)
        yield traced
    tail = reset(job.conn)
    reply = send(job.conn, f"{tail.text}{COMMIT}{clearing(job.conn)}")
    if reply.fault is not None and reply.completed > tail.count:
        raise refused(reply.fault)
    _require_done(job, None, reply, job.rolled_back())


@dataclass(frozen=True, slots=True)
class _Stepwise:
    """The statements one by one, as `stepwise.run_stepwise` sends them."""

    job: Job
    observer: Observer
    gate: Gate
    watch: Watch

    def run(self) -> Iterator[StatementTrace]:
        conn = self.job.conn
        run(conn, compose(conn, _LOCK_TIMEOUT, lock_timeout=self.job.lock_timeout))
        self.observer.forget()
        self.observer.start("")
        self.observer.forget()
        for number, piece in enumerate(self.job.body.half.statements(), start=1):
            lex_as_standard(conn)
            if _is_setting(piece):
                reply, seconds = _send(self.job, piece)
                _require_done(self.job, piece, reply, self._holds(number))
                yield StatementTrace(number, seconds=seconds)
            elif piece.words[:1] and piece.words[0] in _ONLY_IN_BLOCK:
                yield self._alone(number, piece)
            else:
                yield self._in_block(number, piece) or self._alone(number, piece)

    def _in_block(self, number: int, piece: Piece) -> StatementTrace | None:
        """Run it within a transaction of its own; None when it cannot be."""
        conn = self.job.conn
        self.observer.resume("BEGIN")
        reply, seen = _looked_at(self.job, self.observer, piece)
        if reply.fault is not None and reply.fault.sqlstate in _NOT_IN_BLOCK:
            run(conn, "ROLLBACK")
            return None
        _require_done(self.job, piece, reply, self._holds(number))
        traced = _trace(number, seen, piece, seen.seconds)
        self.watch(conn, traced)
        _require_done(self.job, piece, send(conn, "COMMIT"), self._holds(number), is_end=True)
        return traced

    def _alone(self, number: int, piece: Piece) -> StatementTrace:
        """Run it outside any transaction, through the gate."""
        conn = self.job.conn
        ((timeout,),) = fetch(conn, "SELECT pg_catalog.current_setting('lock_timeout')")
        run(conn, "SET lock_timeout=0")  # it waits at the gate only, and not for long
        self.observer.forget_scans()
        self.gate.close(piece.sql)
        began = time.monotonic()
        reply = send(conn, piece.sql, meanwhile=self.gate.watch)
        seconds = time.monotonic() - began
        _require_done(self.job, piece, reply, self._holds(number))
        run(conn, compose(conn, _LOCK_TIMEOUT, lock_timeout=timeout))
        seen = self.observer.look_again(self.gate.modes())
        traced = _trace(number, seen, piece, seconds, is_alone=True)
        self.watch(conn, traced)
        return traced

    def _holds(self, number: int) -> str:
        return self.job.holds(f"{self.job.step.label} part-way: statement {number} failed")


def _is_setting(piece: Piece) -> bool:
    """Whether it sets something, which locks nothing; SET CONSTRAINTS may check rows."""
    words = piece.words
    return words[:1] in (("SET",), ("RESET",), ("SHOW",)) and words[1:2] != ("CONSTRAINTS",)


def _looked_at(job: Job, observer: Observer, piece: Piece) -> tuple[Reply, Seen]:
    """Run a statement within a transaction and look at once, in the same message."""
    missing: list[str] = []
    with skipped(job.conn, missing.append):
        reply, answers = send_between(job.conn, (), piece.sql, observer.questions(), piece.data)
    if reply.fault is not None or reply.is_interrupted or reply.is_lost:
        return reply, Seen()
    seen = observer.look(answers, is_undone=piece.words[:1] == ("ROLLBACK",))
    seen = replace(seen, skipped=tuple(missing)) if missing else seen
    plan = planned(job.conn, piece, is_counted=bool(seen.scans))
    return reply, observer.with_scans(seen, plan.whole, plan.by_index)


def _send(job: Job, piece: Piece) -> tuple[Reply, float]:
    began = time.monotonic()
    return send(job.conn, piece.sql, piece.data), time.monotonic() - began


def _trace(
    number: int, seen: Seen, piece: Piece, seconds: float, *, is_alone: bool = False
) -> StatementTrace:
    is_undone = piece.words[:1] == ("ROLLBACK",)  # to a savepoint: the files are the old ones again
    # The indexes of an empty file are built by reading it.
    emptied = seen.rewrites if piece.words[:1] == ("TRUNCATE",) else ()
    return StatementTrace(
        number,
        seen.locks,
        () if is_undone else seen.rewrites,
        () if is_undone else seen.rebuilt,
        tuple(each for each in seen.scans if each not in emptied),
        seen.unobserved,
        is_alone,
        seconds,
        seen.catalogs,
        seen.is_renaming,
        seen.wal,
        seen.skipped,
    )


def _require_done(
    job: Job, piece: Piece | None, reply: Reply, holds: str, *, is_end: bool = False
) -> None:
    """Raise what the engine raises when a statement, None for the commit, did not end well."""
    if reply.is_lost:
        raise job.lost(reply, f"{job.step.label} did not come to its end")
    if reply.is_interrupted:
        raise KeyboardInterrupt
    if reply.fault is None:
        return
    place = None
    if piece is not None:
        where = place_in_statement if is_end else place_of_fault
        place = where(piece, reply.fault)
    raise job.failure(reply.fault, place, holds)
