"""What a plan may be told."""

from collections.abc import Callable
from dataclasses import dataclass

from pgmig.catalog.scope import ALL, Scope
from pgmig.shadow.application import Queries
from pgmig.shadow.server import LocalServer

RATE = 100_000_000
"""Bytes a second that times are reckoned with, unless somebody knows better."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a plan may be told.

    Attributes:
        to: the last version to apply; None: all.
        is_out_of_order: apply late scripts too, in their turn.
        has_shadow: try the scripts in a shadow database; without, nothing is known of them.
        has_values: examples of rows show values, not only keys.
        check_timeout: milliseconds that one check of rows may take; 0: as long as it wants.
        queries: statements of the application that must go on working.
        rate: bytes a second that the target reads and writes; None: as scripts were measured there,
            or `RATE` where too few were.
        patience: seconds for which others may be blocked before the verdict is careful.
        shadow_url: a server for shadow databases; None for the local one.
        local: where the local server lives.
        scope: what of the database is the project's.
        on_step: told what happens next.
    """

    to: int | None = None
    is_out_of_order: bool = False
    has_shadow: bool = True
    has_values: bool = False
    check_timeout: int = 10_000
    queries: Queries | None = None
    rate: int | None = None
    patience: float = 1.0
    shadow_url: str | None = None
    local: LocalServer | None = None
    scope: Scope = ALL
    on_step: Callable[[str], None] = lambda _: None
