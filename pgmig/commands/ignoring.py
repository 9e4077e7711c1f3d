"""The scope that the settings and the command line ask for."""

import logging
from collections.abc import Iterable

from pgmig.catalog.scope import Scope, scope_of
from pgmig.commands.project import IgnoreTable
from pgmig.model import Ignored

logger = logging.getLogger(__name__)


def scope(
    settings: IgnoreTable,
    *,
    schemas: Iterable[str] = (),
    exclude: Iterable[str] = (),
    presets: Iterable[str] = (),
) -> Scope:
    """What counts: what the settings ignore is ignored with what a command excludes.

    Raises:
        BadPattern, UnknownPreset: a word means nothing.
    """
    return scope_of(
        schemas=schemas,
        exclude=(*settings.patterns, *exclude),
        presets=(*settings.presets, *presets),
    )


def warn(ignored: Ignored) -> None:
    """Log what of a scope somebody should look at: patterns that match nothing."""
    for text in ignored.unmatched:
        logger.warning("the pattern %s matches nothing", text)
