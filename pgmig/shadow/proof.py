"""Proof: a script pair runs up, down and up again in a shadow database, and is what it claims."""

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from pgmig.catalog import read
from pgmig.catalog.fresh import fresh
from pgmig.catalog.scope import without
from pgmig.db import Connection, connect
from pgmig.db.execute import run
from pgmig.engine import run_script
from pgmig.errors import PgmigError, ProofFailed, StatementFailed
from pgmig.model import Snapshot
from pgmig.plan import Difference, differences, plan
from pgmig.scripts import Script
from pgmig.scripts.names import Direction
from pgmig.shadow import headings
from pgmig.shadow.database import ShadowServer
from pgmig.shadow.witness import PgDump, statements

logger = logging.getLogger(__name__)

_SHOWN = 8  # differences named in an error
_INSUFFICIENT_PRIVILEGE = "42501"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a script pair is said to do.

    Attributes:
        script: the pair.
        new: a new database on the server that `target` was read from, with what `target` needs of
            the objects that it ignores.
        target: the snapshot that `up` leads to from there.
        dump: what pg_dump says of the database that `target` was read from.
        rows: what of the rows that `up` leads to is not so in a database.
    """

    script: Script
    new: Snapshot
    target: Snapshot
    dump: str
    rows: Callable[[Connection], tuple[str, ...]] = lambda _: ()


@dataclass(frozen=True, slots=True)
class Proved:
    """What was observed.

    Attributes:
        snapshot: the shadow database after `up`.
        reprinted: differences that are none: pg_dump and psql, asked to copy the target into the
            same shadow server, end up with exactly these too. PostgreSQL prints some expressions
            differently once they were parsed again (catalog.md 0.3).
        unmodelled: statements that only pg_dump of the target has, counted: they belong to the
            objects that pgmig does not model.
    """

    snapshot: Snapshot
    reprinted: tuple[Difference, ...]
    unmodelled: int


def prove(
    server: ShadowServer,
    claim: Claim,
    witness: PgDump,
    *,
    on_step: Callable[[str], None] = lambda _: None,
    run_half: Callable[[Connection, Script, Direction], object] = run_script,
) -> Proved:
    """Run the pair in a shadow database: up, down, up.

    Args:
        server: where; every role of the target exists there.
        claim: the pair and what it says it does.
        witness: a pg_dump that reads both servers.
        on_step: told what happens next.
        run_half: runs one half in a session of the shadow database.

    Raises:
        ProofFailed: a statement failed, or a state is not what it should be; all are named.
    """
    with server.database() as url, closing(connect(url)) as conn:
        _begin(conn, claim)
        empty, empty_dump = _read(conn, claim), _dump(witness, url, claim)
        on_step("running the way up in a shadow database")
        _attempt("up", lambda: run_half(conn, claim.script, "up"), claim.target)
        made, made_dump = _read(conn, claim), _dump(witness, url, claim)
        on_step("comparing it with the database, and with pg_dump of both")
        reprinted, unmodelled = _compare(server, claim, witness, made, made_dump)
        _require_rows("up", claim.rows(conn))
        on_step("running the way down there")
        _attempt("down", lambda: run_half(conn, claim.script, "down"), claim.target)
        _require("down", differences(_read(conn, claim), empty))
        _require_dump("down", _dump(witness, url, claim), empty_dump)
        on_step("running the way up there again")
        _attempt("up again", lambda: run_half(conn, claim.script, "up"), claim.target)
        _require("up again", differences(_read(conn, claim), made))
        _require_rows("up again", claim.rows(conn))
    return Proved(made, reprinted, unmodelled)


def _compare(
    server: ShadowServer,
    claim: Claim,
    witness: PgDump,
    made: Snapshot,
    made_dump: Counter[str],
) -> tuple[tuple[Difference, ...], int]:
    """What differs between the shadow and the target, once it is known to be no difference."""
    found = differences(made, claim.target)
    ours = headings.without(claim.dump, claim.target.ignored)
    target_dump = statements(ours)
    if not found and not made_dump - target_dump:
        extra = target_dump - made_dump
        _require_known(claim.target, extra)
        return (), extra.total()
    # PostgreSQL may print what it parsed again in another form. pg_dump's own copy of the target,
    # on the same server, tells whether that is all. Where the copy alone differs, as in its
    # materialized views, which are not populated, the target has been met.
    with server.database() as url, closing(connect(url)) as conn:
        _begin(conn, claim)
        witness.restore(url, ours)
        copy = _read(conn, claim)
        copy_dump = _dump(witness, url, claim)
    unlike = {(each.key, each.field) for each in differences(made, copy)}
    _require("up", tuple(each for each in found if (each.key, each.field) in unlike))
    _require_dump("up", made_dump - copy_dump, Counter())
    extra = copy_dump - made_dump
    _require_known(claim.target, extra)
    return found, extra.total()


def _read(conn: Connection, claim: Claim) -> Snapshot:
    """What a shadow database holds, but for what the target's scope leaves out."""
    return without(read(conn), claim.target.ignored.objects)


def _dump(witness: PgDump, url: str, claim: Claim) -> Counter[str]:
    """The same in pg_dump's words."""
    return statements(headings.without(witness.dump(url), claim.target.ignored))


def _begin(conn: Connection, claim: Claim) -> None:
    """Make an empty database what a new one on the target's server is.

    Until 14 public is open and belongs to the superuser that initdb made (catalog.md 1.1), whose
    name may be another here.
    """
    changes = plan(fresh(conn), claim.new).statements

    def change() -> None:
        for each in changes:
            run(conn, each.sql)

    _attempt("the start", change, claim.target)


def _require_known(target: Snapshot, extra: Counter[str]) -> None:
    """What only pg_dump knows of must come from objects that were named as unmodelled."""
    if extra and not target.unmodelled:
        _require_dump("up", Counter(), extra)


def _attempt(step: str, action: Callable[[], object], target: Snapshot) -> None:
    try:
        action()
    except StatementFailed as error:
        raise ProofFailed(
            step=step,
            findings=_told(error),
            unmodelled=tuple(map(str, target.unmodelled)),
            lacks_rights=error.sqlstate == _INSUFFICIENT_PRIVILEGE,
        ) from error
    except PgmigError as error:
        raise ProofFailed(step=step, findings=(str(error),)) from error


def _told(error: StatementFailed) -> tuple[str, ...]:
    """What the server said of which statement: its file was never written."""
    parts = (error.message, error.detail, error.hint, error.context)
    said = [part for part in parts if part]
    return (f"{said[0]} (SQLSTATE {error.sqlstate})", *said[1:], f"in: {error.statement}")


def _require(step: str, found: tuple[Difference, ...]) -> None:
    if found:
        shown = tuple(str(each) for each in found[:_SHOWN])
        rest = (f"and {len(found) - _SHOWN} more",) if len(found) > _SHOWN else ()
        raise ProofFailed(step=step, findings=(*shown, *rest))


def _require_rows(step: str, found: tuple[str, ...]) -> None:
    if found:
        raise ProofFailed(step=step, findings=found)


def _require_dump(step: str, got: Counter[str], wanted: Counter[str]) -> None:
    surplus, missing = got - wanted, wanted - got
    if surplus or missing:
        shown = [f"pg_dump has only after the script: {text}" for text in surplus]
        shown += [f"pg_dump has only before the script: {text}" for text in missing]
        raise ProofFailed(step=step, findings=tuple(shown[:_SHOWN]))
