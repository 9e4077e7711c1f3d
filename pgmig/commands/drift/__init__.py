"""`pgmig drift`: a database against what its history says it should be."""

from pathlib import Path

from pgmig.commands.drift.replay import by_replay
from pgmig.commands.drift.report import Drift, Finding, Options
from pgmig.commands.drift.stored import by_fingerprints
from pgmig.errors import PostgresNotFound, ShadowTooOld


def drift(url: str, directory: Path, options: Options) -> Drift:
    """Compare the database with what its history says it should be; rows are not compared.

    The scripts are taken from the history, not from `directory`: files may be edited or gone.
    Writes nothing unless `options.is_recording`.

    Args:
        url: the database.
        directory: of the scripts; only its pgmig.sum is looked at, if there is one.
        options: how.

    Raises:
        HistoryMissing: pgmig never wrote to this database.
        PartWayElsewhere: a script is part-way.
        HistoryMoved: a runner worked meanwhile.
        HistoryNotReplayed: a script of the history fails in the shadow database.
        FingerprintsMissing, FingerprintsStale: there is nothing to compare with.
        PgmigError: as `states.opened` says.
    """
    if options.is_stored:
        return by_fingerprints(url, directory, options)
    try:
        return by_replay(url, directory, options)
    except (PostgresNotFound, ShadowTooOld) as error:
        if options.is_recording or options.needs_way_back:
            raise
        options.on_step(f"{error.what}: comparing fingerprints instead")
        return by_fingerprints(url, directory, options)


__all__ = ["Drift", "Finding", "Options", "drift"]
