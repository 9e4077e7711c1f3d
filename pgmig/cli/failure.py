"""How a failure is told: in three parts on stderr, and on stdout when JSON was asked for."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from pgmig.cli.interrupts import Stopped
from pgmig.cli.output import (
    clean,
    has_color,
    inert,
    is_terminal,
    now,
    write,
    write_json,
    write_json_line,
)
from pgmig.cli.stray import is_like_url, without_passwords
from pgmig.errors import (
    ConnectionStringMisplaced,
    FileNotWritten,
    OutputNotWritten,
    PgmigError,
    UsageError,
)

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
    else:
        try:
            _report(foreseen, arguments)
        except (BrokenPipeError, OutputNotWritten):  # stderr is still told
            silence_stdout()
    label = "error:"
    if has_color(sys.stderr, _said("--color", arguments, "auto")):
        label = click.style(label, fg="red", bold=True)
    told = clean(str(without_passwords(str(foreseen))))
    is_marked = _said("--format", arguments) == "github"
    sys.stderr.write(f"{label} {inert(told) if is_marked else told}\n")
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
        is_word = not message[:2].isupper()  # as NAME, an argument, is not
        message = message[:1].lower() + message[1:] if is_word else message
        return UsageError(message, do=f"`{path} --help`")
    return None


def _report(error: PgmigError, arguments: Sequence[str]) -> None:
    """Tell it on stdout in the form that was asked for, and in the report's file."""
    command, is_reporting = _command(arguments)
    form = _said("--format", arguments) if is_reporting else ""
    form = "json" if "--json" in arguments else form
    file = _said("--report", arguments) if is_reporting else ""
    if form == "json":
        _write_document(error, is_event=command in STREAMS)
    if form not in {"markdown", "github"} and not file:
        return
    from pgmig.cli.report.failed import failure_report
    from pgmig.cli.report.file import add_to
    from pgmig.cli.report.github import annotations
    from pgmig.cli.report.markdown import markdown

    report = failure_report(f"pgmig {command}".rstrip(), error)
    if form in {"markdown", "github"}:
        write(markdown(report) if form == "markdown" else annotations(report))
    if file and not isinstance(error, FileNotWritten):
        with suppress(FileNotWritten):  # the failure itself is what has to be told
            add_to(file, report)


def _command(arguments: Sequence[str]) -> tuple[str, bool]:
    """The command that was asked for, "" for none of ours, and whether it has --report."""
    from pgmig.cli.app import program

    ctx = click.Context(program, resilient_parsing=True)  # the values of options are no commands
    _, rest, _ = program.make_parser(ctx).parse_args(list(arguments))
    command = program.get_command(ctx, rest[0]) if rest else None
    if command is None:
        return "", True
    return rest[0], any(param.name == "report" for param in command.params)


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


def _said(option: str, arguments: Sequence[str], otherwise: str = "") -> str:
    """The value of an option; the command line may be wrong elsewhere."""
    for name, value in zip(arguments, [*arguments[1:], ""], strict=True):
        if name == option:
            return value
        if name.startswith(f"{option}="):
            return name.partition("=")[2]
    return otherwise
