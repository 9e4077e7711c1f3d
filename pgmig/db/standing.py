"""Connection strings for somebody else on the same server."""

from psycopg import conninfo

from pgmig.db import address


def with_user(url: str, user: str, password: str) -> str:
    """The connection string `url` for another role, with its password.

    Raises:
        UsageError: `url` cannot be read, as `address.read` says.
    """
    address.read(url)
    return conninfo.make_conninfo(url, user=user, password=password)
