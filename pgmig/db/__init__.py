"""The only room with psycopg: sessions, their settings, catalog reading, locks."""

from pgmig.db.address import describe_url
from pgmig.db.connect import Connection, connect, describe, with_database, with_role
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
    "with_role",
]
