"""`pgmig refresh`: materialized views, each behind those that it reads."""

from collections.abc import Sequence
from contextlib import closing

from pgmig.commands.target import Target, session
from pgmig.db import Connection, describe
from pgmig.db.execute import run
from pgmig.engine import Listener, Options, look, runner_lock
from pgmig.engine.refresh.choose import Chosen, WhyStale, choose
from pgmig.engine.refresh.due import due_now
from pgmig.engine.refresh.report import RefreshedView, RefreshReport
from pgmig.engine.refresh.stale import queries, why_stale
from pgmig.engine.refresh.views import View, read_views
from pgmig.engine.refresh.work import refresh as refresh_each
from pgmig.engine.session import begin
from pgmig.errors import TargetReadOnly


def refresh(
    target: str | Target,
    names: Sequence[str] = (),
    *,
    is_stale: bool = False,
    concurrently: bool | None = None,
    options: Options | None = None,
    listener: Listener | None = None,
    is_dry_run: bool = False,
) -> RefreshReport:
    """Refresh the named materialized views, or all.

    Args:
        target: the database.
        names: `schema.name`, as it is or as SQL quotes it, or patterns for that; in front of them
            go those without rows that they read.
        is_stale: only those whose rows are not what their queries give now.
        concurrently: True: always; False: never; None: where PostgreSQL can.
        options: how to run.
        listener: who hears of it.
        is_dry_run: choose only.

    Raises:
        RefreshNameUnknown, RefreshNameAmbiguous, NotConcurrently: before anything runs.
        RefreshFailed, RefreshStopped, RefreshConnectionLost: of one; the others are told.
        PgmigError: what stands in the way, before anything runs.
    """
    options, listener = options or Options(), listener or Listener()
    with closing(session(target, application_name="pgmig refresh")) as conn:
        _require_writable(conn)
        views = read_views(conn)
        chosen = choose(views, names, concurrently=concurrently)
        done: tuple[RefreshedView, ...] = ()
        if is_dry_run:
            if is_stale:
                compared = _comparing(conn, views, options)
                chosen = choose(views, names, why_stale=compared, concurrently=concurrently)
            done = tuple(each.report() for each in chosen)
        elif chosen:
            with runner_lock(conn, options.runner_timeout, listener) as hold:
                views, chosen = _chosen(
                    conn, names, options, is_stale=is_stale, concurrently=concurrently
                )
                noted = due_now(conn)
                done = refresh_each(conn, chosen, hold, options, listener, noted=noted.keys())
        return RefreshReport(
            target=describe(conn), views=done, total=len(views), is_dry_run=is_dry_run
        )


def _chosen(
    conn: Connection,
    names: Sequence[str],
    options: Options,
    *,
    is_stale: bool,
    concurrently: bool | None,
) -> tuple[tuple[View, ...], tuple[Chosen, ...]]:
    """All views, and what of them is to be refreshed."""
    views = read_views(conn)
    compared = _comparing(conn, views, options) if is_stale else None
    return views, choose(views, names, why_stale=compared, concurrently=concurrently)


def _comparing(conn: Connection, views: Sequence[View], options: Options) -> WhyStale:
    """What compares a view with its query, under the settings of the role."""
    texts = queries(conn, views)
    if not conn.is_pooled:
        run(conn, "RESET ALL")
    head = begin(conn, f"{options.lock_timeout}ms", "pgmig refresh").text
    return lambda view: why_stale(conn, view, texts[view.oid], head)


def _require_writable(conn: Connection) -> None:
    """Refuse a server that takes no writes; our schema needs not be there."""
    home, _ = look(conn)
    if home.is_standby or home.is_read_only:
        raise TargetReadOnly(target=describe(conn), is_standby=home.is_standby)
