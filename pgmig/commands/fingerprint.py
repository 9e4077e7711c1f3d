"""`pgmig snapshot --fingerprint`: computed once, then known while nothing changes."""

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pgmig import __version__
from pgmig.commands import kept
from pgmig.db import Connection, connect, describe, reading
from pgmig.db.token import change_token
from pgmig.model.kind import FINGERPRINT_METHOD

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The fingerprint of a database.

    Attributes:
        value: as `snapshot.fingerprint.whole` gives it.
        target: user, host, port and database.
        is_kept: nothing has changed since it was computed, so the database was not read.
    """

    value: str
    target: str
    is_kept: bool


def fingerprint(
    url: str,
    compute: Callable[[Connection], str],
    *,
    cache: Path | None,
    besides: Sequence[str] = (),
) -> Fingerprint:
    """The fingerprint of the database at `url`.

    Args:
        url: its connection string.
        compute: reads the database and gives its fingerprint.
        cache: the file of `kept`, None to do without.
        besides: what else the fingerprint depends on, such as the scope.

    Raises:
        ConnectionFailed, ServerTooOld, ReadFailed: as they say.
    """
    of = (__version__, FINGERPRINT_METHOD, *besides)
    with closing(connect(url)) as conn:
        with reading(conn):
            token = change_token(conn, *of)
            value = kept.find(cache, token)
            if value is not None:
                return Fingerprint(value, describe(conn), is_kept=True)
            value = compute(conn)
        # What pg_get_viewdef and the like say is not of the transaction's moment but of now
        # (catalog.md 0.1): only where both are the same has one state been read.
        with reading(conn):
            is_same = change_token(conn, *of) == token
        if is_same:
            kept.keep(cache, token, value)
        else:
            logger.info("the schema changed while it was read: its fingerprint is not kept")
        return Fingerprint(value, describe(conn), is_kept=False)
