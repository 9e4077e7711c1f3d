"""What a server says besides results: its warnings and what it passes over, as they come."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from psycopg.errors import Diagnostic

from pgmig.db.connect import Connection

# What tells that DROP .. IF EXISTS found nothing, in dropcmds.c and tablecmds.c. The notice has no
# SQLSTATE of its own, and its text is in the language of the server.
_SKIPPING: Final = frozenset({"does_not_exist_skipping", "DropErrorMsgNonExistent"})


@contextmanager
def warned(conn: Connection, hear: Callable[[str], None]) -> Generator[None]:
    """Hand on each warning of the session, with what the server adds to it."""

    def handle(notice: Diagnostic) -> None:
        if notice.severity_nonlocalized == "WARNING":
            parts = (notice.message_primary, notice.message_detail, notice.message_hint)
            hear("; ".join(part for part in parts if part))

    conn.add_notice_handler(handle)
    try:
        yield
    finally:
        conn.remove_notice_handler(handle)


@contextmanager
def skipped(conn: Connection, hear: Callable[[str], None]) -> Generator[None]:
    """Hand on each notice of something that is not there to be dropped."""

    def handle(notice: Diagnostic) -> None:
        if notice.source_function in _SKIPPING:
            hear(notice.message_primary or "")

    conn.add_notice_handler(handle)
    try:
        yield
    finally:
        conn.remove_notice_handler(handle)
