"""A version on the command line: how it is written, and how it is completed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def version_argument(*, required: bool) -> Callable[[Any], Any]:
    """The argument VERSION: the number of a script, with or without its leading zeros."""
    return click.argument(
        "version", required=required, callback=_number, shell_complete=_known_versions
    )


def _number(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    if value is None or ctx.resilient_parsing:
        return None
    if not (value.isascii() and value.isdigit()):
        message = f"{value!r} is not a version: write its number, as in 7 or 0007"
        raise click.BadParameter(message, ctx, param)
    return int(value)


def _known_versions(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> "list[CompletionItem]":
    """The versions of the migrations directory, each with its name."""
    from click.shell_completion import CompletionItem

    from pgmig.cli.invocation import Invocation
    from pgmig.errors import PgmigError
    from pgmig.scripts.directory import list_names

    try:
        names = list_names(Invocation.of(ctx).settings.directory())
    except PgmigError:
        return []  # there is nothing to complete, and nobody to tell why
    return [
        CompletionItem(number, help=name)
        for number, name in {name.digits: name.name for name in names}.items()
        if number.startswith(incomplete) or number.lstrip("0").startswith(incomplete)
    ]
