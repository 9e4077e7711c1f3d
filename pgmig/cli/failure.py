"""How a failure is told: in three parts on stderr, and on stdout when JSON was asked for."""

import os
import sys
from collections.abc import Sequence

import click

from pgmig.cli.interrupts import Stopped
from pgmig.cli.output import clean, has_color, is_terminal, now, write_json, write_json_line
from pgmig.cli.stray import is_like_url, without_passwords
from pgmig.errors import ConnectionStringMisplaced, OutputNotWritten, PgmigError, UsageError

STREAMS = ("up", "down", "redo", "goto")
"""Commands that report as events with --json."""

_PARTS = {"what", "where", "do", "notes"}


def tell(error: Exception, arguments: Sequence[str]) -> int | None:
    """Tell a failure that was foreseen and give its exit code; None for any other exception."""
    foreseen = _foreseen(error)
    if foreseen is None:
        return None
    if isinstance(foreseen, OutputNotWritten):
        silence_stdout()
    elif "--json" in arguments:
        try:
            _write_document(foreseen, is_event=_is_stream(arguments))
        except (BrokenPipeError, OutputNotWritten):  # stderr is still told
            silence_stdout()
    label = "error:"
    if has_color(sys.stderr, _color(arguments)):
        label = click.style(label, fg="red", bold=True)
    sys.stderr.write(f"{label} {clean(str(without_passwords(str(foreseen))))}\n")
    return foreseen.exit_code


def silence_stdout() -> None:
    """Drop what stdout could not take, so that it does not fail once more at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _foreseen(error: Exception) -> PgmigError | None:
    """The error as pgmig's own, click's and an interruption included."""
    if isinstance(error, PgmigError):
        return error
    if isinstance(error, Stopped | click.Abort):
        if is_terminal(sys.stderr):
            sys.stderr.write("\n")  # the line where the terminal shows ^C
        return PgmigError("interrupted")
    if isinstance(error, click.ClickException):
        ctx = error.ctx if isinstance(error, click.UsageError) else None
        path = ctx.command_path if ctx is not None else "pgmig"
        message = error.format_message().rstrip(".")
        if is_like_url(message):  # as in `--config --url postgresql://...`
            return ConnectionStringMisplaced()
        return UsageError(message[:1].lower() + message[1:], do=f"`{path} --help`")
    return None


def _is_stream(arguments: Sequence[str]) -> bool:
    """Whether the command is one of those that tell a run as events, a line each."""
    from pgmig.cli.app import COMMANDS

    return next((word for word in arguments if word in COMMANDS), "") in STREAMS


def _write_document(error: PgmigError, *, is_event: bool) -> None:
    import msgspec

    facts = {name: value for name, value in vars(error).items() if name not in _PARTS}
    document = {
        "kind": type(error).__name__,
        "exit_code": error.exit_code,
        "what": error.what,
        "where": error.where,
        "notes": dict(error.notes),
        "do": error.do,
        "facts": msgspec.to_builtins(facts, enc_hook=str),
    }
    told = without_passwords(document)
    if is_event:
        write_json_line({"event": "error", "at": now(), "error": told})
    else:
        write_json({"error": told})


def _color(arguments: Sequence[str]) -> str:
    """The --color that was asked for; the command line may be wrong elsewhere."""
    for name, value in zip(arguments, [*arguments[1:], ""], strict=True):
        if name == "--color":
            return value
        if name.startswith("--color="):
            return name.partition("=")[2]
    return "auto"
