"""Drift seen by fingerprints: of each object in the database, or of all in pgmig.sum."""

import logging
from contextlib import closing
from pathlib import Path

import msgspec

from pgmig import catalog
from pgmig.catalog.scope import narrowed
from pgmig.commands import ignoring
from pgmig.commands.drift.history import History, read_history, require_still
from pgmig.commands.drift.passing import is_of_use
from pgmig.commands.drift.report import Drift, Finding, Options, Sort
from pgmig.db import connect
from pgmig.engine.fingerprints import Stored, stored
from pgmig.errors import (
    FingerprintsMissing,
    FingerprintsStale,
    ScriptUnreadable,
    SumFileInvalid,
)
from pgmig.model import ObjectKey, Snapshot
from pgmig.model.kind import FINGERPRINT_METHOD
from pgmig.scripts.squashed import sealed_lines
from pgmig.snapshot.fingerprint import are_comparable, each, whole_of

logger = logging.getLogger(__name__)


def by_fingerprints(url: str, directory: Path, options: Options) -> Drift:
    """Compare fingerprints: all at once with pgmig.sum, else each with the one in the database.

    Raises:
        FingerprintsMissing, FingerprintsStale: there is nothing to compare with.
        PgmigError: as `drift` says.
    """
    with closing(connect(url, application_name="pgmig drift")) as conn:
        history = read_history(conn)
        options.on_step(f"reading {history.target}")
        whole = catalog.read(conn, second=lambda: connect(url))
        found = narrowed(whole, options.scope)
        ignoring.warn(found.ignored)
        now = dict(each(found))
        kept = stored(conn)
        require_still(conn, history)
    done = Drift(
        target=history.target,
        state=history.last,
        version=history.state.current,
        method="sum",
        unmodelled=tuple(map(str, found.unmodelled)),
    )
    if _sealed(directory, history) == whole_of(now.items(), history.major):
        return done
    before = _required(kept, history, found).objects
    common = {key for key in now if key in before and now[key] != before[key]}
    used = {key for key in common if is_of_use(found, key, before[key])}
    unlike = {key for key in common - used if are_comparable(now[key], before[key])}
    sorts: dict[ObjectKey, Sort] = dict.fromkeys(unlike, "changed")
    sorts |= dict.fromkeys(now.keys() - before.keys(), "added")
    sorts |= dict.fromkeys(before.keys() - now.keys(), "missing")
    return msgspec.structs.replace(
        done,
        method="fingerprints",
        findings=tuple(Finding(sort=sorts[key], key=key) for key in sorted(sorts)),
        uncompared=tuple(sorted(common - unlike - used)),
        notes=tuple(f"{key}: it got rows since, or lost them" for key in sorted(used)),
    )


def _sealed(directory: Path, history: History) -> str | None:
    """What pgmig.sum says that these very scripts lead to on this major."""
    try:
        lines = sealed_lines(directory)
    except (SumFileInvalid, ScriptUnreadable) as error:
        logger.debug("pgmig.sum is left alone: %s", error.what)
        return None
    for one in history.applied:
        line = lines.get(one.label)
        if line is None or line.up != one.up_checksum:
            return None
    return lines[history.last].fingerprints.get(history.major) if history.applied else None


def _required(kept: Stored | None, history: History, found: Snapshot) -> Stored:
    """The stored fingerprints, when they are of what the history says now.

    Raises:
        FingerprintsMissing: there are none.
        FingerprintsStale: they are of something else.
    """
    if kept is None:
        raise FingerprintsMissing(target=history.target)
    reason = ""
    if kept.history_id != history.state.last_id:
        reason = f"they are of history row {kept.history_id}, the last one is"
        reason += f" {history.state.last_id} ({history.last or 'everything taken down'})"
    elif kept.scope != found.ignored.patterns:
        reason = f"they leave out other objects ({', '.join(kept.scope) or 'none'})"
    elif not all(one.startswith(FINGERPRINT_METHOD) for one in kept.objects.values()):
        reason = "another version of pgmig made them"
    if reason:
        raise FingerprintsStale(target=history.target, reason=reason)
    return kept
