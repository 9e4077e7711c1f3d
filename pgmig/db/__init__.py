"""The only room with psycopg: sessions, their settings, catalog reading, locks."""

from pgmig.db.connect import Connection, connect, describe, describe_url, with_database
from pgmig.db.reading import fetch, reading, stream

__all__ = [
    "Connection",
    "connect",
    "describe",
    "describe_url",
    "fetch",
    "reading",
    "stream",
    "with_database",
]
