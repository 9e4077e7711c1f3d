"""Waiting for a server that does not answer yet, and for nothing else that is wrong."""

import logging
import os
import time
from collections.abc import Callable
from typing import TypeVar

from psycopg import conninfo, pq

from pgmig.db import address
from pgmig.errors import ConnectionFailed

T = TypeVar("T")

logger = logging.getLogger(__name__)

_PATIENCE = 5  # seconds for one of several tries, where nobody says otherwise
_ONLY_PATIENCE = 30  # and for the only one: many services wake a database within them
_PAUSES = (0.1, 0.2, 0.5, 1.0)  # seconds between two tries; the last again and again
_PING_SECONDS = 2

# What a server that is there says when it has no room, or a pooler when its server is away. Only
# English: libpq tells nobody the SQLSTATE of a connection that failed.
_PASSING = (
    "too many connections",
    "too many clients",
    "remaining connection slots",
    "no more connections allowed",
    "query_wait_timeout",
    "server login has been failing",
    "cannot connect to server",
)

# What no wait mends, where the ping does not say so: it takes a certificate that is refused for a
# server that is not there, a socket that we may not enter for one too, and a pooler remembers a
# login that has failed.
_LASTING = (
    "Permission denied",
    "certificate",
    "password authentication failed",
    "SASL authentication failed",
)


def patience(url: str, wait: int) -> int | None:
    """Seconds that a try may take where there are `wait` milliseconds; None: as somebody says.

    An address that swallows what it is sent would use up the whole wait, and more.
    """
    is_given = "connect_timeout" in address.read(url) or os.environ.get("PGCONNECT_TIMEOUT")
    if is_given:
        return None
    return _PATIENCE if wait else _ONLY_PATIENCE


def until_ready(
    opened: Callable[[], T], url: str, wait: int, on_wait: Callable[[str], None] | None = None
) -> T:
    """What `opened` gives, tried again for `wait` milliseconds while the server is not ready.

    Waited for is a server that refuses connections, does not answer, is starting or stopping, or
    has no room; not one that knows no such role or database, or refuses the password. PQping tells
    them apart in every language (libpq-connect.html). It asks a moment after the try that failed,
    so a failure counts when the server was ready before that try too.

    Args:
        opened: opens a session.
        url: of the server.
        wait: milliseconds; 0 tries once.
        on_wait: hears once what is waited for.

    Raises:
        ConnectionFailed: the last one.
    """
    ends = time.monotonic() + wait / 1000
    was_ready = False
    waits = 0
    while True:
        try:
            return opened()
        except ConnectionFailed as error:
            left = ends - time.monotonic()
            if left <= 0 or any(part in error.reason for part in _LASTING):
                raise
            is_ready = _is_ready(url) and not any(part in error.reason for part in _PASSING)
            if is_ready and was_ready:
                raise
            reason = error.reason
        was_ready = is_ready
        if not is_ready:
            if waits == 0:
                logger.info("waiting for the server: %s", reason)
                if on_wait is not None:
                    on_wait(reason)
            time.sleep(min(_PAUSES[min(waits, len(_PAUSES) - 1)], left))
            waits += 1


def _is_ready(url: str) -> bool:
    """Whether the server takes connections, of whoever may have one."""
    text = conninfo.make_conninfo(url, connect_timeout=_PING_SECONDS, **address.pinned(url))
    return pq.PGconn.ping(text.encode()) == pq.Ping.OK
