"""The batches of one statement, one after the other."""

import logging
import time
from collections.abc import Sequence
from typing import Final, LiteralString, NoReturn

import msgspec

from pgmig.db.execute import ServerFault, compose
from pgmig.engine import progress
from pgmig.engine.alone import Fail
from pgmig.engine.batch.asking import OUR_PATH, TEXT_FORM, ask, asked
from pgmig.engine.batch.key import Keyed, keyed
from pgmig.engine.batch.plan import about, whole
from pgmig.engine.batch.throttle import Throttle
from pgmig.engine.cursor import Cursor, cursor_text
from pgmig.engine.job import Job
from pgmig.engine.options import Pace
from pgmig.engine.session import restore, roll_back
from pgmig.engine.together import kept, send_together
from pgmig.engine.transactional import PASSING, wait_before_retry
from pgmig.errors import BatchChanged, BatchRefused, KeyUnfit, RunnerOvertaken
from pgmig.scripts import Piece
from pgmig.scripts.batch.directive import Batch
from pgmig.scripts.batch.statement import Batched, read_batched
from pgmig.scripts.text import checksum

logger = logging.getLogger(__name__)

# What decides which tables the statement's names mean; without what PostgreSQL adds by itself.
_SESSION: LiteralString = """
SELECT pg_catalog.current_schemas(false)::text, CURRENT_USER::text,
    pg_catalog.to_regclass({table})::oid::int8
"""

_LOGGED: Final = 5.0  # seconds between two lines of the log


class _Span(msgspec.Struct, frozen=True):
    """The rows of one batch.

    Attributes:
        rows: how many there were when they were counted.
        at: the key of the last of them; that of the batch before when there is none.
        is_last: whatever comes after them is in it too.
    """

    rows: int
    at: tuple[str, ...]
    is_last: bool


class Batches(msgspec.Struct):
    """One statement that runs in batches.

    Attributes:
        job: the step that it is of.
        number: its own, from 1.
        piece: the statement.
        batch: its directive.
        cursor: how far an earlier run came; None when it begins.
        fail: records a failure and raises it.
        rest: of the script's other statements, as `cursor.others` gives it.
    """

    job: Job
    number: int
    piece: Piece
    batch: Batch
    cursor: Cursor | None
    fail: Fail
    rest: str = ""

    def run(self) -> None:
        """Go through all rows that are left.

        Raises:
            KeyUnfit, BatchRefused: it cannot run in batches; nothing of it was done now.
            BatchChanged: it goes through another table now, or by another key.
            StatementFailed: a batch did; those before it stay, and the same command goes on.
            RunConnectionLost, KeyboardInterrupt: as `run_stepwise`.
        """
        job = self.job
        batched = read_batched(self.piece, self.batch, job.body.half.path)
        try:
            key = self._keyed(batched)
            cursor = self._begun(key)
        except (BatchChanged, BatchRefused, KeyUnfit):
            restore(job.conn)
            raise
        throttle, clock = Throttle(job, self.batch), _Clock(self, about(job, key))
        while True:
            if job.history_id is not None:  # nobody else is in a shadow database
                throttle.wait()
            is_last, cursor = self._one(batched, key, cursor)
            clock.tell(cursor, is_done=is_last)
            if is_last:
                return
            if self.batch.pause and job.history_id is not None:
                time.sleep(self.batch.pause)

    def _keyed(self, batched: Batched) -> Keyed:
        """What it goes by, once nothing is against it."""
        self._require_plain(batched)
        return keyed(self.job, batched, self.batch, self._holds())

    def _require_plain(self, batched: Batched) -> None:
        """Refuse what needs all rows at once, as the server sees it."""
        for tried in range(self.job.retries + 1):
            found = whole(self.job, batched.sql)
            if found is None:
                return
            if isinstance(found, tuple):
                self._refuse(*found)
            elif found.sqlstate not in PASSING or tried == self.job.retries:
                self.fail(self.number, self.piece, found)
            else:
                wait_before_retry(self.job, found, tried)

    def _refuse(self, found: str, reason: str) -> None:
        job, piece = self.job, self.piece
        raise BatchRefused(
            path=job.body.half.path,
            line=piece.line,
            column=piece.column,
            found=found,
            reason=reason,
            holds=self._holds(),
        )

    def _holds(self) -> str:
        """What the database holds before the first batch of this run."""
        outcome = "stays as it was" if self.cursor else "has not begun"
        return self.job.holds(kept(self.job, self.number, outcome))

    def _begun(self, key: Keyed) -> Cursor:
        """How far it is."""
        query = compose(self.job.conn, _SESSION, table=key.table)
        ((path, role, oid),) = ask(self.job, query, is_own_path=True)
        now = Cursor(table=key.table, key=key.names, rest=self.rest, path=path, role=role, oid=oid)
        found = self.cursor
        if found is None:
            return now
        by, was = ",".join(now.key), ",".join(found.key)
        if (found.table, found.key) != (now.table, now.key):
            self._changed(
                found, f"goes through {now.table} by {by} now, not through {found.table} by {was}"
            )
        if found.oid != now.oid:
            self._changed(found, f"{now.table} has been made anew since")
        if (found.path, found.role) != (now.path, now.role):
            self._changed(
                found,
                f"ran as {found.role} with names found in {found.path}, and would as {now.role}"
                f" with names found in {now.path} (a script's set_config() does not come again)",
            )
        return msgspec.structs.replace(now, at=found.at, rows=found.rows)

    def _changed(self, found: Cursor, reason: str) -> NoReturn:
        raise BatchChanged(
            path=self.job.body.half.path,
            line=self.piece.line,
            number=self.number,
            version=self.job.step.version,
            rows=found.rows,
            reason=reason,
        )

    def _one(self, batched: Batched, key: Keyed, cursor: Cursor) -> tuple[bool, Cursor]:
        """Run one batch; whether it was the last, and how far the statement is then."""
        job = self.job
        for tried in range(job.retries + 1):
            span = self._span(key, cursor)
            if isinstance(span, ServerFault):
                condition, fault, told = "", span, "failed between two batches"
            else:
                condition = self._condition(batched, key, cursor, span)
                after = msgspec.structs.replace(cursor, at=span.at, rows=cursor.rows + span.rows)
                text, note = batched.narrowed(condition), self._note(after, is_done=span.is_last)
                refusal, is_ours = send_together(job, self.number, self.piece, note, text)
                if refusal is None:
                    self.cursor = after
                    return span.is_last, after
                fault = refusal
                if is_ours and progress.is_taken(fault):
                    raise RunnerOvertaken(label=job.step.label)
                told = _failed(cursor, span)
            roll_back(job.conn)
            if fault.sqlstate not in PASSING or tried == job.retries:
                if fault.position is not None:
                    origin = batched.origin(condition, fault.position)
                    fault = msgspec.structs.replace(fault, position=origin)
                self.fail(self.number, self.piece, fault, told=told)
            wait_before_retry(job, fault, tried)
        raise AssertionError("the last try raises or returns")

    def _span(self, key: Keyed, cursor: Cursor) -> _Span | ServerFault:
        """The next rows behind the cursor."""
        behind = key.compared("t", ">", self._literals(cursor.at)) if cursor.at else ""
        query = key.query(behind, self.batch.size)
        found = asked(self.job, f"{TEXT_FORM}{OUR_PATH}", query)
        if isinstance(found, ServerFault):
            return msgspec.structs.replace(found, position=None)
        if not found:
            return _Span(0, cursor.at, is_last=True)
        ((rows, *values),) = found
        return _Span(rows, tuple(values), is_last=rows < self.batch.size)

    def _condition(self, batched: Batched, key: Keyed, cursor: Cursor, span: _Span) -> str:
        """That the key is behind the cursor, and not behind the span unless that is the last."""
        parts: list[str] = []
        if cursor.at:
            parts.append(key.compared(batched.alias, ">", self._literals(cursor.at)))
        if not span.is_last:
            parts.append(key.compared(batched.alias, "<=", self._literals(span.at)))
        return " AND ".join(parts)

    def _literals(self, values: Sequence[str]) -> list[str]:
        return [compose(self.job.conn, "{value}", value=value) for value in values]

    def _note(self, cursor: Cursor, *, is_done: bool) -> str:
        job = self.job
        if job.history_id is None:
            return ""
        return progress.batch_sql(
            job.conn,
            job.step,
            history_id=job.history_id,
            statement=self.number,
            checksum=checksum(self.piece.sql),
            before=cursor_text(cursor),
            is_done=is_done,
            is_known=self.cursor is not None,
        )


class _Clock:
    """Tells how far a statement is: the listener of each batch, the log now and then."""

    def __init__(self, batches: Batches, total: int | None) -> None:
        self._job, self._number, self._about = batches.job, batches.number, total
        self._first = batches.cursor.rows if batches.cursor else 0
        self._began = self._logged = time.monotonic()

    def tell(self, cursor: Cursor, *, is_done: bool) -> None:
        """A batch is done."""
        job, now = self._job, time.monotonic()
        seconds = now - self._began
        rate = (cursor.rows - self._first) / seconds if seconds > 0 else 0.0
        total = max(self._about, cursor.rows) if self._about else None
        pace = Pace(
            number=self._number,
            total=job.body.count,
            rows=cursor.rows,
            about=cursor.rows if is_done else total,
            rate=rate,
            left=0.0 if is_done else (total - cursor.rows) / rate if total and rate else None,
            is_done=is_done,
        )
        if is_done or now - self._logged >= _LOGGED:
            self._logged = now
            logger.info("%s: %s", job.step.label, pace.words)
        job.listener.on_batch(job.step, pace)


def _failed(cursor: Cursor, span: _Span) -> str:
    """What became of it, with the keys of the batch that failed."""
    done = f"{cursor.rows:,} rows of it are done" if cursor.rows else "none of its rows is done"
    begin = f"behind {cursor.words}" if cursor.at else "from the first row"
    last = msgspec.structs.replace(cursor, at=span.at)
    end = "to the last row" if span.is_last else f"up to {last.words}"
    return f"failed in the batch {begin} {end}; {done}"
