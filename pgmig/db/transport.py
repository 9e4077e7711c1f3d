"""What lies between a client and its server: encryption, and who proved to be whom."""

import ipaddress
from typing import NamedTuple

from pgmig.db.connect import Connection


class Transport(NamedTuple):
    """How a session reaches its server.

    Attributes:
        is_local: by a socket, or within one machine.
        is_encrypted: by TLS.
        sslmode: what the client insisted on.
        is_password_used: the server, or the pooler, asked for a password and got it.
    """

    is_local: bool
    is_encrypted: bool
    sslmode: str
    is_password_used: bool


def transport(conn: Connection) -> Transport:
    """How this session reaches its server, as libpq says."""
    options = {option.keyword: option.val for option in conn.pgconn.info}
    return Transport(
        is_local=_is_local(conn),
        is_encrypted=conn.pgconn.ssl_in_use,
        sslmode=(options.get(b"sslmode") or b"").decode(),
        is_password_used=conn.pgconn.used_password,
    )


def _is_local(conn: Connection) -> bool:
    host = conn.info.host
    if not host or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(conn.info.hostaddr).is_loopback
    except ValueError:
        return False
