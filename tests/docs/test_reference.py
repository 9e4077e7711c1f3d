"""docs/reference/commands.md is what the commands say of themselves; `make docs` writes it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click

from pgmig.cli.app import program

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"

HEAD = """# Commands

Written from the help of the program: `pgmig COMMAND --help` prints the same.
"""


@cache
def help_of(path: str) -> str:
    """What `--help` prints, from a process of its own."""
    words = path.split()[1:]
    done = subprocess.run(
        [sys.executable, "-m", "pgmig", *words, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"], "COLUMNS": "80"},
    )
    return done.stdout.rstrip()


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """The command and all below it, in the order of the help."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(below, f"{path} {name}")


def reference() -> str:
    """The whole page."""
    parts = [HEAD]
    for path, _ in commands(program, "pgmig"):
        parts.append(f"## {path}\n\n```\n{help_of(path)}\n```\n")
    return "\n".join(parts)


def test_every_command_has_a_help_with_an_example() -> None:
    for path, command in commands(program, "pgmig"):
        assert command.help, path
        help_text = help_of(path)
        assert "Example" in help_text, path
        assert f"pgmig {path.removeprefix('pgmig').strip()}".strip() in help_text, path


def test_the_reference_says_what_the_commands_say() -> None:
    if os.environ.get("PGMIG_GOLDEN"):
        PAGE.write_text(reference())
    assert PAGE.read_text() == reference()
