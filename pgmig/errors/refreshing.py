"""Refreshing materialized views."""

from collections.abc import Sequence

import msgspec

from pgmig.errors.base import Interrupted, PgmigError, Refused, UsageError


class RefreshFailure(msgspec.Struct, frozen=True):
    """One materialized view that could not be refreshed.

    Attributes:
        view: its name, quoted where it must be.
        message: the server's.
        sqlstate: five characters.
        hint: the server's.
    """

    view: str
    message: str
    sqlstate: str
    hint: str = ""


class RefreshNameUnknown(UsageError):
    """A name says no materialized view of the database."""

    def __init__(self, *, name: str, near: tuple[str, ...], total: int) -> None:
        if not total:
            do = "create one first: this database has no materialized view"
        elif near:
            do = f"near it: {', '.join(near)}"
        else:
            do = "`pgmig refresh --dry-run` names them all"
        super().__init__(f"there is no materialized view {name}", do=do)
        self.name = name
        self.near = near


class RefreshNameAmbiguous(UsageError):
    """A name without its schema says more than one materialized view."""

    def __init__(self, *, name: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"{len(known)} materialized views are called {name}",
            do=f"name the schema too: {', '.join(known)}",
        )
        self.name = name
        self.known = known


class NotConcurrently(Refused):
    """A view that was to be refreshed concurrently cannot be."""

    def __init__(self, *, views: tuple[str, ...]) -> None:
        super().__init__(
            f"cannot be refreshed concurrently: {', '.join(views)}",
            do="give each a unique index on columns alone, without WHERE, or leave --concurrently"
            " out: what can be goes concurrently",
        )
        self.views = views


class RefreshFailed(PgmigError):
    """Materialized views were not refreshed: the server said no."""

    def __init__(
        self,
        *,
        target: str,
        failures: Sequence[RefreshFailure],
        left: Sequence[str] = (),
        done: Sequence[str] = (),
        before: str = "",
    ) -> None:
        first, *more = failures
        names = " ".join([*(each.view for each in failures), *left])
        super().__init__(
            f"{first.view} was not refreshed: {first.message} (SQLSTATE {first.sqlstate})",
            where=target,
            notes=(
                *(("also", f"{x.view}: {x.message} (SQLSTATE {x.sqlstate})") for x in more),
                ("hint", first.hint),
                ("now", _holds(before, done, left=left)),
            ),
            do=f"see to the cause, then `pgmig refresh {names}`",
        )
        self.failures = tuple(failures)
        self.left = tuple(left)
        self.done = tuple(done)


class RefreshStopped(Interrupted):
    """Ctrl-C or a signal while materialized views were refreshed."""

    def __init__(
        self, *, target: str, view: str = "", done: Sequence[str] = (), before: str = ""
    ) -> None:
        super().__init__(
            f"stopped while {view} was refreshed" if view else "stopped between two refreshes",
            where=target,
            notes=(("now", _holds(before, done, holds=f"{view} is as it was" if view else "")),),
            do="the same command refreshes what is left",
        )
        self.view = view
        self.done = tuple(done)


class RefreshConnectionLost(Interrupted):
    """The connection broke while a materialized view was refreshed."""

    def __init__(
        self,
        *,
        target: str,
        reason: str,
        view: str = "",
        done: Sequence[str] = (),
        before: str = "",
    ) -> None:
        holds = f"{view} is refreshed or as it was" if view else ""
        view = view or "the next materialized view"
        super().__init__(
            f"the connection broke while {view} was refreshed: {reason}",
            where=target,
            notes=(("now", _holds(before, done, holds=holds)),),
            do="the same command refreshes what is left",
        )
        self.view = view
        self.reason = reason
        self.done = tuple(done)


def _holds(before: str, done: Sequence[str], *, left: Sequence[str] = (), holds: str = "") -> str:
    """What the database holds, in one line."""
    refreshed = f"refreshed: {', '.join(done)}" if done else ""
    untried = f"not tried, as they read what failed: {', '.join(left)}" if left else ""
    return "; ".join(part for part in (before, refreshed, untried, holds) if part)
