"""server start, stop, status, url: the local server."""

import msgspec

from pgmig.commands.settings import ServerSettings
from pgmig.errors import ServerNotRunning
from pgmig.shadow.server import LocalServer, ServerStatus, default_directory, majors, remains


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
    """The servers in the directory, stopped; only the one of `settings.major` when that is set."""
    here = remains(settings.directory) if remove else majors(settings.directory)
    return tuple(stop(one, remove=remove) for one in _each(settings, here))


def status(settings: ServerSettings) -> ServerStatus:
    """What is known of the server; nothing is created."""
    return local(settings).status()


def status_all(settings: ServerSettings) -> tuple[ServerStatus, ...]:
    """The servers in the directory; the one that `start` would start when there is none.

    Only the one of `settings.major` when that is set.
    """
    every = _each(settings, majors(settings.directory))
    return tuple(status(one) for one in every or (settings,))


def url(settings: ServerSettings, database: str = "postgres") -> str:
    """A connection string for a database of the server that runs, the newest of several.

    The one of `settings.major`, when that is set, need not run.

    Raises:
        ServerNotRunning: none runs.
    """
    if settings.major is not None:
        return local(settings).url(database)
    here = majors(settings.directory)
    if settings.bindir is not None:  # that folder's major, as for `start`
        here = (local(settings).place().major,)
    servers = (local(one) for one in reversed(_each(settings, here)))
    running = next((server for server in servers if server.is_running()), None)
    if running is None:
        raise ServerNotRunning(directory=str(settings.directory or default_directory()))
    return running.url(database)


def local(settings: ServerSettings) -> LocalServer:
    """The server that the settings describe."""
    return LocalServer(
        directory=settings.directory,
        major=settings.major,
        bindir=settings.bindir,
        user=settings.user,
        postgres=settings.postgres,
    )


def _each(settings: ServerSettings, here: tuple[int, ...]) -> tuple[ServerSettings, ...]:
    wanted = here if settings.major is None else (settings.major,)
    return tuple(msgspec.structs.replace(settings, major=major) for major in wanted)
