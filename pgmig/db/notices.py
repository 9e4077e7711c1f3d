"""What a server says besides results: its warnings, as they come."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from psycopg.errors import Diagnostic

from pgmig.db.connect import Connection


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
