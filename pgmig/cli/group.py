"""Groups of commands: help without arguments, and the nearest name for an unknown one."""

import importlib
from collections.abc import Mapping
from typing import ClassVar, NoReturn

import click


class Commands(click.Group):
    """A group that shows its help when nothing follows its name.

    Attributes:
        elsewhere: words of other tools, each with the command that does that here.
    """

    elsewhere: ClassVar[Mapping[str, str]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order they were given in."""
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """No arguments at all ask for the help."""
        return super().parse_args(ctx, args or ["--help"])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names; an unknown one names the nearest."""
        known = self.list_commands(ctx)
        if args[0] not in known and not ctx.resilient_parsing:
            self._refuse(ctx, args[0], known)
        return super().resolve_command(ctx, args)

    def _refuse(self, ctx: click.Context, name: str, known: list[str]) -> NoReturn:
        from difflib import get_close_matches

        from pgmig.errors import UnknownCommand

        words = {**self.elsewhere, **{word: word for word in known}}
        close = get_close_matches(name, words, n=1)
        nearest = words[close[0]] if close else None
        raise UnknownCommand(group=ctx.command_path, name=name, nearest=nearest)


class LazyCommands(Commands):
    """A group whose commands are imported when they run.

    Attributes:
        lines: the one-line help of every command; the module of that name in this package holds
            the command under the same name.
    """

    lines: ClassVar[Mapping[str, str]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(self.lines)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, from the module that has its name."""
        if cmd_name not in self.lines:
            return None
        module = importlib.import_module(f"pgmig.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of commands; none is imported."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.lines.items()))
