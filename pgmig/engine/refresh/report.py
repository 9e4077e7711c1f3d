"""What a refresh did, or would do, as values."""

from typing import Literal

import msgspec

Way = Literal["concurrently", "plainly"]


class RefreshedView(msgspec.Struct, frozen=True, kw_only=True):
    """One materialized view that was refreshed, or would be.

    Attributes:
        schema: without quotes.
        name: without quotes.
        label: both, quoted where they must be.
        because: why it was chosen; "" when it was asked for.
        way: concurrently: its readers go on reading meanwhile; plainly: they wait.
        why: why it went plainly; "" for concurrently.
        rows: how many it has now; None when that is not known.
        seconds: how long the refresh took; None when it did not run.
    """

    schema: str
    name: str
    label: str
    because: str
    way: Way
    why: str = ""
    rows: int | None = None
    seconds: float | None = None


class RefreshReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh did, or would do.

    Attributes:
        target: user, host, port and database.
        views: in the order of running.
        total: how many materialized views the database has.
        is_dry_run: nothing ran.
    """

    target: str
    views: tuple[RefreshedView, ...]
    total: int
    is_dry_run: bool = False
