"""One run of a command: its name, what the common options said, its settings and its output."""

import functools
import os
from typing import TYPE_CHECKING, Any

import click

from pgmig.cli.output import Format, Output

if TYPE_CHECKING:
    from pathlib import Path

    from pgmig.commands.choice import Flags
    from pgmig.commands.settings import Settings
    from pgmig.commands.target import Target

FLAGS = "pgmig.flags"


class Invocation:
    """What every command gets as its first argument."""

    def __init__(self, name: str, flags: dict[str, Any]) -> None:
        self.name = name
        self._flags = flags
        self.is_verbose = flags.get("verbose", 0) > 0
        self.is_refreshing = not flags.get("no_refresh", False)
        self.out = Output(
            command=name,
            form=_form(flags),
            report_file=flags.get("report"),
            color=flags.get("color", "auto"),
            is_quiet=flags.get("quiet", False),
            is_logging=self.is_verbose,
        )

    @classmethod
    def of(cls, ctx: click.Context) -> "Invocation":
        """The invocation of the command that runs in `ctx`, logging as it was asked to."""
        from pgmig.cli.log import log_to_stderr

        flags: dict[str, Any] = ctx.meta.get(FLAGS, {})
        log_to_stderr(flags.get("verbose", 0), is_quiet=flags.get("quiet", False))
        return cls(ctx.command_path.partition(" ")[2], flags)

    @functools.cached_property
    def settings(self) -> "Settings":
        """The settings; libpq gets the variables of `.env` along the way, and nobody else."""
        from pgmig.cli.concealed import conceal

        conceal()
        settings = self._resolved(is_targeted=True)
        os.environ.update(settings.libpq)
        return settings

    @functools.cached_property
    def local_settings(self) -> "Settings":
        """The settings without what names databases, of which no variable need be set."""
        return self._resolved(is_targeted=False)

    def directory(self) -> "Path":
        """The migrations directory, for what looks at the scripts alone: no driver is imported.

        Raises:
            UsageError: the settings cannot be read, or there is no project.
        """
        from pathlib import Path

        from pgmig.commands.choice import Choice

        return Choice(self._said(), os.environ, Path.cwd()).directory()

    def _resolved(self, *, is_targeted: bool) -> "Settings":
        from pgmig.commands.settings import resolve

        return resolve(self._said(), is_targeted=is_targeted)

    def _said(self) -> "Flags":
        import msgspec

        from pgmig.commands.choice import Flags

        said = {name: self._flags.get(name) for name in Flags.__struct_fields__}
        return msgspec.convert(said, Flags)

    def target(self) -> "Target":
        """The database that the command is about, for what works there as the deploying role.

        Raises:
            DatabaseNotNamed: nothing names a database.
        """
        return self.settings.target(self._tell_wait)

    def database(self) -> str:
        """The same as a connection string, for what reads it, once its server is there.

        Raises:
            PgmigError: nothing names a database, or no session could be had.
        """
        from pgmig.commands.target import ready

        return ready(self.target())

    def _tell_wait(self, what: str) -> None:
        self.out.talk(f"waiting for the server: {what}")


def _form(flags: dict[str, Any]) -> Format:
    """How to report; --json is short for --format json."""
    form: Format | None = flags.get("format")
    if not flags.get("json"):
        return form or "text"
    if form not in {None, "json"}:
        raise click.UsageError(f"--json and --format {form} are two things to ask for")
    return "json"
