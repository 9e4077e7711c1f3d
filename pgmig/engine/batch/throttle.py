"""Between two batches: wait while standbys are far behind or sessions wait for locks."""

import logging
import time
from secrets import SystemRandom
from typing import Final, LiteralString

import msgspec

from pgmig.db.execute import compose
from pgmig.engine.batch.asking import ask
from pgmig.engine.job import Job
from pgmig.scripts.batch.directive import Batch

logger = logging.getLogger(__name__)

_POLL: Final = (0.1, 0.3)  # seconds between two looks, at random

_QUIET: Final = 30.0  # seconds after which a reason that comes again is told again

# A role without pg_read_all_stats sees only that there are standbys (monitoring-stats.html). A
# session waits for a row by the transaction that has it, which pg_locks shows without a database.
_LOOK: LiteralString = """
SELECT coalesce(w.application_name, ''), w.behind, w.hidden, (
    SELECT pg_catalog.count(DISTINCT l.pid) FROM pg_catalog.pg_locks l
    JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
    WHERE NOT l.granted AND a.datname = pg_catalog.current_database()
        AND {has_waits})
FROM (SELECT) one LEFT JOIN LATERAL (
    SELECT r.application_name, r.state IS NULL AS hidden, pg_catalog.pg_wal_lsn_diff(
        pg_catalog.pg_current_wal_lsn(),
        coalesce(r.replay_lsn, r.write_lsn, r.flush_lsn, r.sent_lsn))::int8 AS behind
    FROM pg_catalog.pg_stat_replication r
    WHERE r.state IS DISTINCT FROM 'backup' AND {has_lag}
    ORDER BY behind DESC NULLS LAST LIMIT 1
) w ON true
"""


class Throttle(msgspec.Struct):
    """What holds the next batch back.

    Attributes:
        job: the step that runs.
        batch: its limits.
        is_hidden: it was told that a standby cannot be seen.
        seen: when each kind of reason was there the last time, on the monotonic clock.
    """

    job: Job
    batch: Batch
    is_hidden: bool = False
    seen: dict[str, float] = {}

    def wait(self) -> None:
        """Return when nothing is above its limit.

        Raises:
            ServerRefused: the server does not answer.
            KeyboardInterrupt: Ctrl-C.
        """
        while reasons := self._reasons():
            now = time.monotonic()
            for kind, reason in reasons.items():
                if now - self.seen.get(kind, float("-inf")) > _QUIET:
                    self._tell(reason)
                self.seen[kind] = now
            time.sleep(SystemRandom().uniform(*_POLL))

    def _reasons(self) -> dict[str, str]:
        """Why to wait, by kind."""
        batch = self.batch
        if batch.lag is None and batch.waits is None:
            return {}
        has = {"has_lag": batch.lag is not None, "has_waits": batch.waits is not None}
        ((name, behind, is_hidden, waits),) = ask(self.job, compose(self.job.conn, _LOOK, **has))
        if is_hidden and not self.is_hidden:
            self.is_hidden = True
            self._tell(
                "how far standbys are behind is unknown: this role may not see it, as one with"
                " pg_read_all_stats may"
            )
        reasons: dict[str, str] = {}
        if batch.lag is not None and behind is not None and behind > batch.lag:
            standby = f"the standby {name}" if name else "a standby"
            reasons["lag"] = f"{standby} is {_size(behind)} behind, more than {_size(batch.lag)}"
        if batch.waits is not None and waits > batch.waits:
            sessions = "1 session waits" if waits == 1 else f"{waits} sessions wait"
            reasons["waits"] = f"{sessions} for a lock, more than {batch.waits}"
        return reasons

    def _tell(self, reason: str) -> None:
        step = self.job.step
        logger.info("%s: %s", step.label, reason)
        self.job.listener.on_throttle(step, reason)


def _size(count: int) -> str:
    for unit, size in (("GB", 1024**3), ("MB", 1024**2), ("kB", 1024)):
        if count >= size:
            return f"{count / size:.0f} {unit}"
    return f"{count} B"
