"""The program: its commands by name, and the one place where errors become exit codes."""

import sys
from collections.abc import Sequence
from types import MappingProxyType

import click

from pgmig import __version__
from pgmig.cli.group import LazyCommands
from pgmig.cli.options import common_options
from pgmig.cli.stray import require_no_stray_url

# Name and one-line help of every command, in the order of the help; the module of that name holds
# its `command`. A test compares the lines with the commands' own.
COMMANDS = {
    "init": "Start a project: settings, workflows, hooks, containers.",
    "snapshot": "Write what a database holds, as JSON or SQL, or rows of it.",
    "baseline": "Write the first migration from an existing database.",
    "new": "Start the next migration: a numbered pair of scripts.",
    "diff": "Write the scripts that take one state to another, proved.",
    "verify": "Try every script from nothing: up, down and up again.",
    "lint": "Tell what is dangerous or unwise in scripts.",
    "trace": "Show what each statement locks, rewrites and reads.",
    "drift": "Compare a database with what its history says it should be.",
    "plan": "Tell what `pgmig up` would do to a database, which is only read.",
    "up": "Apply pending migrations.",
    "seed": "Bring tables to what the files in seeds/ say.",
    "down": "Undo applied migrations, the latest first.",
    "redo": "Undo the latest migration and apply it again.",
    "goto": "Move up or down to one version.",
    "rebase": "Give migrations that came late numbers after the others.",
    "squash": "Put one proved migration in the place of the first ones.",
    "refresh": "Refresh materialized views, in the order of what they read.",
    "status": "Show which migrations are applied and which are pending.",
    "history": "Show what ran on a database, when and by whom.",
    "doctor": "Check whether everything is there for a deployment.",
    "resolve": "Tell what became of a statement whose runner died.",
    "server": "Run a local PostgreSQL server for development and proofs.",
    "completion": "Print the completion script of a shell.",
}

# What other tools call these commands.
_ELSEWHERE = {
    "up": ("migrate", "upgrade", "apply", "deploy", "update"),
    "down": ("rollback", "revert", "downgrade", "undo"),
    "new": ("create", "add", "revision", "make", "makemigrations"),
    "status": ("info", "current", "show", "pending"),
    "history": ("log",),
    "snapshot": ("dump", "inspect", "export"),
    "diff": ("compare", "generate"),
    "seed": ("load", "fixtures"),
    "baseline": ("stamp", "adopt"),
    "rebase": ("merge", "renumber"),
    "squash": ("squashmigrations", "compact"),
    "doctor": ("check", "diagnose"),
}

_EXIT_CODES = (
    ("0", "done, or nothing to do"),
    ("1", "error"),
    ("2", "wrong usage or configuration"),
    ("3", "pending, drift or differences (--check)"),
    ("4", "refused by safety, proof or preflight"),
    ("5", "another runner holds the lock"),
    ("6", "stopped part-way; the same command resumes"),
    ("7", "history and files disagree"),
)


class Program(LazyCommands):
    """All of pgmig."""

    lines = COMMANDS
    elsewhere = MappingProxyType({word: name for name, row in _ELSEWHERE.items() for word in row})

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Exit codes, and an example."""
        with formatter.section("Exit codes"):
            formatter.write_dl(list(_EXIT_CODES))
        with formatter.section("Example"):
            formatter.write_text("pgmig --url postgresql://localhost/app status")
        formatter.write_paragraph()
        formatter.write_text("pgmig COMMAND --help tells the options of a command.")


@click.group(
    cls=Program,
    name="pgmig",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", message="pgmig %(version)s")
@common_options
def program() -> None:
    """Versioned migrations for PostgreSQL, proved before they are written."""


def run(arguments: Sequence[str]) -> int:
    """Run the program with these arguments and give its exit code.

    Every foreseen failure is told here, and nowhere else; anything else is a bug and leaves with
    its traceback.
    """
    _speak_utf8()
    try:
        require_no_stray_url(arguments)
        result: object = program.main(list(arguments), prog_name="pgmig", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        from pgmig.cli.failure import silence_stdout

        silence_stdout()
        return 1
    except Exception as error:
        from pgmig.cli.failure import tell

        code = tell(error, arguments)
        if code is None:
            raise
        return code
    return result if isinstance(result, int) else 0


def _speak_utf8() -> None:
    """Write UTF-8 into files and pipes, as JSON asks for, and whatever a terminal can show."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is None:
        return  # somebody runs us with a stdout of their own
    if sys.stdout.isatty():
        reconfigure(errors="backslashreplace")
    else:
        reconfigure(encoding="utf-8", errors="surrogateescape")
