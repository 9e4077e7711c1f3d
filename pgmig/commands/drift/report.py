"""What drift may be told, and what it tells."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec

from pgmig.catalog.scope import ALL, Scope
from pgmig.model import ObjectKey
from pgmig.plan import Difference
from pgmig.shadow.server import LocalServer

Sort = Literal["added", "missing", "changed"]
Method = Literal["shadow", "sum", "fingerprints"]


@dataclass(frozen=True, slots=True)
class Options:
    """What drift may be told.

    Attributes:
        is_stored: compare with the fingerprints in the database, without a shadow.
        is_recording: store the fingerprints of a database that has not drifted.
        has_way_back: also plan the statements that would bring the database back.
        needs_way_back: nothing else is asked for: without them there is no answer.
        shadow_url: a server for shadow databases; None for the local one.
        local: where the local server lives.
        scope: what of the database is the project's.
        runner_timeout: milliseconds to wait for a runner before something is stored.
        on_step: told what happens next.
    """

    is_stored: bool = False
    is_recording: bool = False
    has_way_back: bool = False
    needs_way_back: bool = False
    shadow_url: str | None = None
    local: LocalServer | None = None
    scope: Scope = ALL
    runner_timeout: int = 60_000
    on_step: Callable[[str], None] = lambda _: None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """An object that is not what it should be.

    Attributes:
        sort: `added`: only the database has it; `missing`: it should have it; `changed`.
        key: the object.
        fields: what differs of it; empty where fingerprints were compared.
        details: the same with both values, for people.
        differences: the same as values; `old` is what is, `new` what should be.
    """

    sort: Sort
    key: ObjectKey
    fields: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """How a database stands to its history.

    Attributes:
        target: user, host, port and database.
        state: the last applied script; "" when everything was taken down.
        version: its number; 0 without one.
        method: what it was compared with: a shadow database, the fingerprint in pgmig.sum, or the
            fingerprints in the database.
        findings: objects that are not what they should be, in key order.
        uncompared: objects whose fingerprints are of another major and mean nothing here.
        unmodelled: what both sides hold and pgmig does not model.
        notes: differences that are no drift: the order of columns, which no statement can change,
            and whether a materialized view has rows.
        is_recorded: the fingerprints were stored.
        way_back: a script that would bring the database back, when it was asked for.
        dangers: rows and values that it would take with it.
        no_way_back: why there is none although it was asked for; "" otherwise.
    """

    target: str
    state: str
    version: int
    method: Method
    findings: tuple[Finding, ...] = ()
    uncompared: tuple[ObjectKey, ...] = ()
    unmodelled: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_recorded: bool = False
    way_back: str | None = None
    dangers: tuple[str, ...] = ()
    no_way_back: str = ""

    @property
    def is_clean(self) -> bool:
        """Nothing was found that is not as it should be."""
        return not self.findings
