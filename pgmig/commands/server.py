"""server start, stop, status, url: the local server."""

import msgspec

from pgmig.commands.settings import ServerSettings
from pgmig.shadow.server import LocalServer, ServerStatus, majors


def start(settings: ServerSettings) -> ServerStatus:
    """The running server; `was_changed` tells whether it had to be started.

    Raises:
        PgmigError: as `LocalServer.start` says.
    """
    server = local(settings)
    was_started = server.ensure()
    return msgspec.structs.replace(server.status(), was_changed=was_started)


def stop(settings: ServerSettings, *, remove: bool = False) -> ServerStatus:
    """The stopped server; `was_changed` tells whether it ran, or there was anything to remove.

    Args:
        settings: which server.
        remove: also delete its databases and all else it made.
    """
    server = local(settings)
    was_changed = server.remove() if remove else server.stop()
    return msgspec.structs.replace(server.status(), was_changed=was_changed)


def stop_all(settings: ServerSettings, *, remove: bool = False) -> tuple[ServerStatus, ...]:
    """The servers of every major in the directory, stopped."""
    return tuple(stop(one, remove=remove) for one in _each(settings))


def status(settings: ServerSettings) -> ServerStatus:
    """What is known of the server; nothing is created."""
    return local(settings).status()


def status_all(settings: ServerSettings) -> tuple[ServerStatus, ...]:
    """The servers of every major in the directory."""
    return tuple(status(one) for one in _each(settings))


def url(settings: ServerSettings, database: str = "postgres") -> str:
    """A connection string for a database of the server, whether it runs or not."""
    return local(settings).url(database)


def local(settings: ServerSettings) -> LocalServer:
    """The server that the settings describe."""
    return LocalServer(
        directory=settings.directory,
        major=settings.major,
        bindir=settings.bindir,
        user=settings.user,
    )


def _each(settings: ServerSettings) -> tuple[ServerSettings, ...]:
    wanted = (settings.major,) if settings.major is not None else majors(settings.directory)
    return tuple(msgspec.structs.replace(settings, major=major) for major in wanted)
