"""Refreshing materialized views one after the other, each in a transaction of its own."""

import logging
import time
from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from pgmig import db
from pgmig.db import Connection
from pgmig.db.execute import Reply, ServerFault, run, send
from pgmig.engine.hold import DIVISION_BY_ZERO, Hold
from pgmig.engine.options import Listener, Options
from pgmig.engine.refresh.choose import Chosen, choose
from pgmig.engine.refresh.due import forget_sql, tidy
from pgmig.engine.refresh.report import RefreshedView
from pgmig.engine.refresh.views import View, read_views
from pgmig.engine.session import COMMIT, Bracket, begin, clearing, lex_as_standard, restore
from pgmig.engine.transactional import PASSING, delay_before_retry
from pgmig.errors import (
    LeaseLost,
    RefreshConnectionLost,
    RefreshFailed,
    RefreshFailure,
    RefreshStopped,
)

logger = logging.getLogger(__name__)

NOT_POPULATED: Final = "55000"
"""SQLSTATE of what reads a materialized view that has no rows; of much else too."""

_COUNT = "DECLARE pgmig_rows NO SCROLL CURSOR FOR SELECT FROM ONLY {view};MOVE ALL FROM pgmig_rows"


def refresh_due(
    conn: Connection,
    hold: Hold,
    options: Options,
    listener: Listener,
    *,
    done: list[RefreshedView],
    before: str = "",
) -> None:
    """Refresh what scripts have left without rows that were there; as `refresh`.

    Args:
        conn: the session; it holds the runner lock.
        hold: the right to be the only runner.
        options: how to run.
        listener: who hears of it.
        done: what the run has refreshed so far; what is refreshed now comes behind it.
        before: what the run has done so far, for messages.
    """
    noted = tidy(conn)
    if not noted:
        return
    views = [view for view in read_views(conn) if view.oid in noted]
    because = "a script left it without the rows that it had"
    chosen = [msgspec.structs.replace(each, because=because) for each in choose(views)]
    refresh(conn, chosen, hold, options, listener, noted=noted.keys(), done=done, before=before)


def refresh(
    conn: Connection,
    chosen: Sequence[Chosen],
    hold: Hold,
    options: Options,
    listener: Listener,
    *,
    noted: Collection[int] = (),
    done: list[RefreshedView] | None = None,
    before: str = "",
) -> tuple[RefreshedView, ...]:
    """Refresh each of the chosen views; where one fails, those that read it are left out.

    Args:
        conn: the session; it holds the runner lock.
        chosen: each behind those that it reads.
        hold: the right to be the only runner.
        options: how to run.
        listener: who hears of it.
        noted: numbers of those that stand in `pgmig.refresh`.
        done: as `refresh_due`.
        before: what the run has done so far, for messages.

    Raises:
        RefreshFailed: names those that failed and those left out; all others are refreshed.
        RefreshStopped: Ctrl-C.
        RefreshConnectionLost: nobody answered.
        LeaseLost: another runner is at work.
    """
    if not chosen:
        return ()
    if not conn.is_pooled:
        run(conn, "RESET ALL")  # out of the settings of our own queries
    work = _Refreshing(
        conn, hold, options, listener, frozenset(noted), before, [] if done is None else done
    )
    return work.run(chosen)


class _Refreshing(msgspec.Struct):
    """A run of refreshes."""

    conn: Connection
    hold: Hold
    options: Options
    listener: Listener
    noted: frozenset[int]
    before: str
    done: list[RefreshedView]
    target: str = ""
    failures: dict[int, RefreshFailure] = {}
    left: list[str] = []
    is_interrupted: bool = False

    def run(self, chosen: Sequence[Chosen]) -> tuple[RefreshedView, ...]:
        self.target = db.describe(self.conn)
        try:
            self._each(chosen)
        except KeyboardInterrupt:
            raise self._stopped() from None
        if self.failures:
            raise RefreshFailed(
                target=self.target,
                failures=[*self.failures.values()],
                left=self.left,
                done=self._labels(),
                before=self.before,
            )
        return tuple(self.done)

    def _each(self, chosen: Sequence[Chosen]) -> None:
        """Refresh all; those that lacked the rows of others again, as long as some get theirs.

        What a function reads may stand in no catalog: then nothing else tells the order.
        """
        count = -1
        while chosen and count < len(self.done):
            count = len(self.done)
            chosen = self._round(chosen)

    def _round(self, chosen: Sequence[Chosen]) -> list[Chosen]:
        """Refresh each once, or leave it out for what it reads; those that may go another time."""
        stopped = self.failures.keys() - {each.view.oid for each in chosen}
        again: list[Chosen] = []
        self.left.clear()
        for each in chosen:
            view = each.view
            is_free = stopped.isdisjoint(view.reads)
            fault = self._one(each) if is_free else None
            if not is_free:
                self.left.append(view.label)
            elif fault is None:
                self.failures.pop(view.oid, None)
                continue
            else:
                self.failures[view.oid] = RefreshFailure(
                    view.label, fault.message, fault.sqlstate, fault.hint
                )
            stopped.add(view.oid)
            if fault is None or fault.sqlstate == NOT_POPULATED:
                again.append(each)
        return again

    def _one(self, chosen: Chosen) -> ServerFault | None:
        """Refresh one view; what the server said when it said no."""
        label = chosen.view.label
        self.listener.on_refresh(label)
        self.hold.doing = f"refresh {label}"
        try:
            began = time.monotonic()
            fault = self._tried(chosen)
            seconds = time.monotonic() - began
            if fault is not None:
                logger.debug("%s: %s", label, fault.message)
                return fault
        except KeyboardInterrupt:
            raise self._stopped(label) from None
        self.done.append(chosen.report(seconds=seconds))
        logger.info("refreshed %s %s in %.3f s", label, chosen.way, seconds)
        self.listener.on_refreshed(label, seconds)
        if self.is_interrupted:
            raise KeyboardInterrupt
        self._count(chosen.view)
        return None

    def _stopped(self, view: str = "") -> RefreshStopped:
        return RefreshStopped(
            target=self.target, view=view, done=self._labels(), before=self.before
        )

    def _tried(self, chosen: Chosen) -> ServerFault | None:
        """Refresh, again where what was in the way may pass; the error that was left."""
        label = chosen.view.label
        for tried in range(self.options.retries + 1):
            head = self._head(label)
            reply = self._sent(chosen, head)
            if reply.fault is None:
                self.hold.passed()
                return None
            restore(self.conn)
            if reply.fault.sqlstate == DIVISION_BY_ZERO and reply.completed == head.count + 1:
                raise LeaseLost(label=label, is_pooled=self.conn.is_pooled)
            if reply.fault.sqlstate not in PASSING or tried == self.options.retries:
                return reply.fault
            delay = delay_before_retry(tried)
            logger.info("%s: %s, again in %.1f s", label, reply.fault.message, delay)
            self.listener.on_refresh_retry(label, reply.fault.message, delay)
            time.sleep(delay)
        return None

    def _sent(self, chosen: Chosen, head: Bracket) -> Reply:
        conn, view = self.conn, chosen.view
        concurrently = "CONCURRENTLY " if chosen.way == "concurrently" else ""
        text = f"{head.text}REFRESH MATERIALIZED VIEW {concurrently}{view.label};"
        text += self.hold.fence(conn)
        if view.oid in self.noted:
            text += forget_sql(conn, view.schema, view.name)
        lex_as_standard(conn)
        reply = send(conn, text + COMMIT + clearing(conn))
        if reply.is_lost:
            raise RefreshConnectionLost(
                target=self.target,
                view=view.label,
                reason=reply.fault.message if reply.fault else "the server went away",
                done=self._labels(),
                before=self.before,
            )
        if reply.is_interrupted and reply.fault is not None:
            restore(conn)
            raise KeyboardInterrupt
        self.is_interrupted = reply.is_interrupted  # too late for this one
        return reply

    def _count(self, view: View) -> None:
        """Count the rows that it has now, when the role may read it."""
        reply = send(self.conn, self._head(view.label).text + _COUNT.format(view=view.label))
        if not reply.is_lost:
            restore(self.conn)
        if reply.is_interrupted:
            raise KeyboardInterrupt
        if reply.fault is None:
            rows = int(reply.tag.partition(" ")[2])
            self.done[-1] = msgspec.structs.replace(self.done[-1], rows=rows)

    def _head(self, label: str) -> Bracket:
        timeout = f"{self.options.lock_timeout}ms"
        return begin(self.conn, timeout, f"pgmig refresh {label}")

    def _labels(self) -> list[str]:
        return [each.label for each in self.done]
