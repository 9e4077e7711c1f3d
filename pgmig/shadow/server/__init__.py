"""The local server: PostgreSQL of one major in a private directory, run by an unprivileged account.

It listens on a Unix socket in a directory that only its own account and root may enter, keeps
nothing durable, and is made, found again and removed without any help from the system.
"""

from pgmig.shadow.server.binaries import Binaries, find
from pgmig.shadow.server.layout import default_directory, majors, remains
from pgmig.shadow.server.local import LocalServer, ServerStatus

__all__ = [
    "Binaries",
    "LocalServer",
    "ServerStatus",
    "default_directory",
    "find",
    "majors",
    "remains",
]
