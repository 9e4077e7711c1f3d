"""The options that say what of a database counts."""

from typing import TYPE_CHECKING, Any

import click

from pgmig.cli.invocation import Invocation

if TYPE_CHECKING:
    from pgmig.catalog.scope import Scope

_OPTIONS = (
    click.option(
        "--schema",
        "schemas",
        multiple=True,
        metavar="PATTERN",
        help="Only schemas of such names, and what they need of what is in no schema; repeatable.",
    ),
    click.option(
        "--exclude",
        multiple=True,
        metavar="PATTERN",
        help="Not these, as in 'audit.*' or 'table:public.tmp_*', nor what hangs on them;"
        " repeatable.",
    ),
    click.option(
        "--preset",
        "presets",
        multiple=True,
        metavar="NAME",
        help="Not what a managed service put there: supabase, rds, cloudsql; repeatable.",
    ),
)


def scope_options(function: Any) -> Any:
    """Add the options, which `scope` reads."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def scope(invocation: Invocation, options: "dict[str, tuple[str, ...]]") -> "Scope | None":
    """The scope of the settings and these options, None when it is everything.

    Raises:
        BadPattern, UnknownPreset: a word means nothing.
    """
    ignore = invocation.settings.ignore
    if not (ignore.patterns or ignore.presets or any(options.values())):
        return None
    from pgmig.commands.ignoring import scope

    return scope(ignore, **options)
