"""Options that many commands share, and the decorator that makes a function a command."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

import click

from pgmig.cli.interrupts import as_interrupts
from pgmig.cli.invocation import FLAGS, Invocation

P = ParamSpec("P")


class Verb(click.Command):
    """A command with its examples, and with its own options apart from the common ones."""

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its own options first, those of every command after them."""
        own: list[tuple[str, str]] = []
        common: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                (common if param.name in COMMON else own).append(record)
        for title, rows in (("Options", own), ("Common options", common)):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples."""
        with formatter.section("Example" if len(self.examples) == 1 else "Examples"):
            for example in self.examples:
                formatter.write(f"  {example}\n")


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Put a common option where the invocation finds it, said before or after the command."""
    flags: dict[str, Any] = ctx.meta.setdefault(FLAGS, {})
    name = str(param.name)
    if name == "verbose":
        flags[name] = flags.get(name, 0) + value
    elif value is not None and value is not False:
        flags[name] = value


def kept(*names: str, **attrs: Any) -> Callable[[Any], Any]:
    """An option that goes to the settings or the output instead of the command's function."""
    return click.option(*names, expose_value=False, callback=_keep, **attrs)


_COMMON = (
    kept("--url", metavar="URL", help="The database, as URL or key=value pairs."),
    kept("--env", metavar="NAME", help="Use the table [env.NAME] of the settings file."),
    kept("--config", type=click.Path(), metavar="FILE", help="The settings file."),
    kept("--migrations", type=click.Path(), metavar="DIR", help="The directory of the scripts."),
    kept("--json", is_flag=True, help="Report as JSON on stdout; a run as events."),
    kept(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        help="Colour the output; auto: on a terminal.",
    ),
    kept("-q", "--quiet", is_flag=True, help="Say nothing but results and errors."),
    kept("-v", "--verbose", count=True, help="Log what is done; -vv every statement."),
)
COMMON = frozenset(
    {"url", "env", "config", "migrations", "json", "color", "quiet", "verbose", "help"}
)

lock_timeout = kept(
    "--lock-timeout",
    metavar="TIME",
    help="How long a statement waits for a lock, as in 200ms or 5s (the default).",
)
runner_timeout = kept(
    "--runner-timeout",
    metavar="TIME",
    help="How long to wait for another runner, as in 2min or 60s (the default).",
)
wait = kept(
    "--wait",
    metavar="TIME",
    help="How long to wait for a server that is starting, as in 60s; by default not at all.",
)
role = kept("--role", metavar="NAME", help="Work as this role (SET ROLE).")
shadow_url = kept(
    "--shadow-url", metavar="URL", help="A server for shadow databases, instead of the local one."
)

FORMATS = ("text", "json", "markdown", "github")
_REPORT = kept(
    "--report", type=click.Path(dir_okay=False), metavar="FILE", help="Add it to FILE, as Markdown."
)


def report_options(*more: str) -> Callable[[Any], Any]:
    """Add the options of a command that reports in several forms.

    Args:
        more: forms beside those of all such commands.
    """

    def decorate(function: Any) -> Any:
        form = kept(
            "--format",
            type=click.Choice([*FORMATS, *more]),
            help="How to report: github has annotations on lines for a pull request.",
        )
        return form(_REPORT(function))

    return decorate


def target_options(function: Any) -> Any:
    """Add the options of every command that connects to the target."""
    return role(wait(function))


def common_options(function: Any) -> Any:
    """Add the options that every command takes, before its name as well as after it."""
    for option in reversed(_COMMON):
        function = option(function)
    return function


def command(
    name: str, *examples: str
) -> Callable[[Callable[Concatenate[Invocation, P], int | None]], Verb]:
    """Make a function a command: it gets the invocation first, then its own parameters."""

    def decorate(function: Callable[Concatenate[Invocation, P], int | None]) -> Verb:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> int | None:
            invocation = Invocation.of(click.get_current_context())
            invocation.out.require_report_file()
            with as_interrupts():
                return function(invocation, *args, **kwargs)

        return click.command(name, cls=Verb, examples=examples)(common_options(call))

    return decorate
