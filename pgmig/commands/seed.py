"""`pgmig seed`: bring tables to what the files of rows say."""

import logging
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing, contextmanager
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import LiteralString

import msgspec

from pgmig.commands.target import Target, session
from pgmig.db import Connection, describe
from pgmig.db.execute import fetch, is_idle, local_role, refused, run, send
from pgmig.engine import Listener, runner_lock
from pgmig.engine.hold import DIVISION_BY_ZERO, Hold
from pgmig.engine.schema import settle
from pgmig.engine.session import clearing
from pgmig.engine.transactional import PASSING, delay_before_retry
from pgmig.errors import (
    LeaseLost,
    RunStopped,
    SeedConnectionLost,
    SeedFilesUnmatched,
    SeedRowRefused,
    SeedStatementFailed,
    SeedsUnreadable,
    SeedTableRefused,
    ServerRefused,
    TargetReadOnly,
)
from pgmig.seeds.files import SeedFile, environments, find
from pgmig.seeds.names import TableName
from pgmig.seeds.report import TableReport
from pgmig.seeds.rules import Rules
from pgmig.seeds.sync import Options as SyncOptions
from pgmig.seeds.sync import sync

logger = logging.getLogger(__name__)

_LOST = "08006"


class SeedReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did.

    Attributes:
        target: user, host, port and database.
        env: the environment whose files came on top; None: none.
        tables: those of the files, in the order of the work.
        is_dry_run: it was all rolled back.
        seconds: it took.
    """

    target: str
    env: str | None
    tables: tuple[TableReport, ...]
    is_dry_run: bool
    seconds: float

    @property
    def is_nothing(self) -> bool:
        """The tables had all that the files say."""
        return all(table.is_nothing for table in self.tables)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How a run goes.

    Attributes:
        lock_timeout: milliseconds that a statement waits for a lock; 0 waits for ever.
        runner_timeout: milliseconds to wait for another runner.
        retries: how often the whole is tried again after a lock timeout or a deadlock.
        is_dry_run: do it all, and roll it back.
    """

    lock_timeout: int = 5_000
    runner_timeout: int = 60_000
    retries: int = 3
    is_dry_run: bool = False


class SeedListener(Listener):
    """Hears what a run does. Does nothing itself."""

    def on_table(self, table: str) -> None:
        """This table is worked on."""

    def on_again(self, reason: str, delay: float) -> None:
        """All was rolled back, and is tried again after `delay` seconds."""


def seed(
    target: str | Target,
    folder: Path,
    rules: Rules,
    *,
    env: str | None = None,
    patterns: Sequence[str] = (),
    settings_file: Path | None = None,
    options: Options | None = None,
    listener: SeedListener | None = None,
) -> SeedReport:
    """Bring tables to what the files say, in one transaction.

    Args:
        target: the database.
        folder: of the files; one for `env` may be in it.
        rules: how the tables are kept.
        env: an environment.
        patterns: `schema.table`, with * for any letters; none: all that have files.
        settings_file: that the rules are from, for errors.
        options: how to go about it.
        listener: who hears of it.

    Raises:
        SeedsUnreadable: there is no such folder.
        SeedFilesUnmatched: a pattern names no table that has a file.
        RunnerBusy: another runner held the lock all the time.
        PgmigError: as `seeds.sync.sync`; nothing was changed then.
    """
    options, listener = options or Options(), listener or SeedListener()
    if not folder.is_dir():
        raise SeedsUnreadable(path=folder, reason="there is no such folder")
    files = choose(find(folder, env), patterns, folder)
    everywhere = [file for name in (None, *environments(folder)) for file in find(folder, name)]
    rules.require_known({file.table for file in everywhere}, path=str(settings_file or folder))
    began = time.monotonic()
    with closing(session(target, application_name="pgmig seed")) as conn:
        settle(conn)
        _require_writable(conn)
        try:
            with _alone(conn, options, listener) as hold:
                tables = _tried(conn, files, rules, options, listener, hold)
        except KeyboardInterrupt:
            raise RunStopped(target=describe(conn), holds="nothing was changed") from None
        return SeedReport(
            target=describe(conn),
            env=env,
            tables=tables,
            is_dry_run=options.is_dry_run,
            seconds=time.monotonic() - began,
        )


def choose(
    files: Iterable[SeedFile], patterns: Sequence[str], folder: Path
) -> tuple[SeedFile, ...]:
    """The files for the tables that patterns name; without any, all files.

    Raises:
        SeedFilesUnmatched: one names no table that has a file.
    """
    files = tuple(files)
    if not patterns:
        return files
    plain = {f"{file.table.schema}.{file.table.name}": file.table for file in files}
    chosen = set[TableName]()
    for pattern in patterns:
        found = {plain[name] for name in plain if name == pattern or fnmatchcase(name, pattern)}
        if not found:
            near = get_close_matches(pattern, plain, n=1)
            nearest = near[0] if near else None
            raise SeedFilesUnmatched(pattern=pattern, folder=folder, nearest=nearest)
        chosen |= found
    return tuple(file for file in files if file.table in chosen)


def _require_writable(conn: Connection) -> None:
    """Refuse a target that takes no rows.

    Raises:
        TargetReadOnly: a hot standby, or read-only transactions.
    """
    query: LiteralString = (
        "SELECT pg_catalog.pg_is_in_recovery(),"
        " pg_catalog.current_setting('transaction_read_only') = 'on'"
    )
    ((is_standby, is_read_only),) = fetch(conn, query)
    if is_standby or is_read_only:
        raise TargetReadOnly(target=describe(conn), is_standby=bool(is_standby))


@contextmanager
def _alone(conn: Connection, options: Options, listener: Listener) -> Generator[Hold | None]:
    """Be the only runner; a dry run leaves nothing behind, so it waits for nobody."""
    if options.is_dry_run:
        yield None
        return
    with runner_lock(conn, options.runner_timeout, listener) as hold:
        hold.doing = "seed"
        yield hold


def _tried(
    conn: Connection,
    files: Sequence[SeedFile],
    rules: Rules,
    options: Options,
    listener: SeedListener,
    hold: Hold | None,
) -> tuple[TableReport, ...]:
    """The whole, tried again where what stood in the way may pass."""
    for tried in range(options.retries + 1):
        try:
            return _once(conn, files, rules, options, listener.on_table, hold)
        except (SeedTableRefused, SeedRowRefused, SeedStatementFailed, ServerRefused) as error:
            if error.sqlstate == _LOST or conn.broken:
                raise SeedConnectionLost(target=describe(conn), reason=error.what) from None
            if error.sqlstate not in PASSING or tried == options.retries:
                raise
            delay = delay_before_retry(tried)
            logger.info("%s, again in %.1f s", error.what, delay)
            listener.on_again(error.what, delay)
            time.sleep(delay)
    raise AssertionError  # the last try returns or raises


def _once(
    conn: Connection,
    files: Sequence[SeedFile],
    rules: Rules,
    options: Options,
    on_table: Callable[[str], None],
    hold: Hold | None,
) -> tuple[TableReport, ...]:
    run(conn, "BEGIN ISOLATION LEVEL READ COMMITTED;" + local_role(conn))
    is_done = False
    try:
        how = SyncOptions(is_dry_run=options.is_dry_run, lock_timeout=options.lock_timeout)
        reports = sync(conn, files, rules, how, on_table=lambda table: on_table(str(table)))
        is_done = not options.is_dry_run
    finally:
        if not is_done and not conn.closed and not conn.broken:
            _roll_back(conn)
    if is_done:
        _commit(conn, hold)
    return reports


def _commit(conn: Connection, hold: Hold | None) -> None:
    """End the transaction, unless another runner has taken over."""
    cleared = clearing(conn) if conn.is_pooled else ""  # what statements of files left behind
    reply = send(conn, f"{hold.fence(conn) if hold else ''}COMMIT{cleared}")
    if reply.completed > (hold is not None):
        if hold is not None:
            hold.passed()
        return
    if reply.is_lost:
        raise SeedConnectionLost(target=describe(conn), reason="", is_known=False)
    _roll_back(conn)
    if reply.is_interrupted:
        raise KeyboardInterrupt
    if reply.fault is not None:
        if reply.fault.sqlstate == DIVISION_BY_ZERO and hold is not None and not reply.completed:
            raise LeaseLost(label="seed", is_pooled=conn.is_pooled)
        raise refused(reply.fault)


def _roll_back(conn: Connection) -> None:
    if not is_idle(conn):
        run(conn, "ROLLBACK")
