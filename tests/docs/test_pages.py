"""What the pages in docs/ say exists, exists; what the tutorial does, works."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pgmig.cli.app import program
from pgmig.scripts.header import read_header
from pgmig.shadow.server import find

ROOT = Path(__file__).parents[2]
# The reference of commands is made from the commands: test_reference.py.
PAGES = sorted(
    page
    for page in [*ROOT.glob("docs/*.md"), *ROOT.glob("docs/reference/*.md"), ROOT / "README.md"]
    if page.name != "commands.md"
)
TUTORIAL = ROOT / "docs/tutorial.md"


def blocks(page: Path, *languages: str) -> list[str]:
    """The fenced blocks of a page that are marked with one of `languages`."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    return [text for language, text in found if language in languages]


def command_lines(page: Path) -> Iterator[list[str]]:
    """The words after each `pgmig` in the page's shell blocks and inline code."""
    code = [*blocks(page, "sh", ""), *re.findall(r"`(pgmig [^`\n]+)`", page.read_text())]
    for part in code:
        for match in re.finditer(r"(?:^|[\s(])pgmig ([a-z][^\n|)&]*)", part):
            yield shlex.split(match[1].replace('"$', "").replace('"', "").split("#")[0])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_of_a_page_exists(page: Path) -> None:
    for words in command_lines(page):
        command: click.Command = program
        context = click.Context(command)
        rest = words
        while isinstance(command, click.Group):
            found = command.get_command(context, rest[0].rstrip(",.:;"))
            assert found is not None, words
            command, rest = found, rest[1:]
        known = {option for param in command.params for option in param.opts + param.secondary_opts}
        assert {word for word in rest if word.startswith("-")} <= known, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        assert (page.parent / target).is_file(), target


def test_nobody_is_sent_to_another_package() -> None:
    for page in [*ROOT.glob("docs/**/*.md"), ROOT / "README.md"]:
        assert not re.search(r"pip install\s+['\"]?pgmig(?!-engine)", page.read_text()), page


def test_the_exit_codes_are_those_of_the_help() -> None:
    context = click.Context(program)
    listed = re.findall(r"^ +(\d) {2}", program.get_help(context), re.MULTILINE)
    page = (ROOT / "docs/reference/exit-codes.md").read_text()

    assert listed
    assert re.findall(r"^\| (\d) \|", page, re.MULTILINE) == listed


def test_the_directives_are_those_that_a_header_reads() -> None:
    page = (ROOT / "docs/reference/scripts.md").read_text()
    table = page.split("| directive |")[1].split("\n\n")[0]
    values = {"transaction": "off", "lock_timeout": "2s", "retries": "3", "allow": "data-loss"}
    values |= {"checkpoint": "1"}

    rows = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    header = read_header("".join(f"-- pgmig: {row}={values.get(row, 'word')}\n" for row in rows))

    # `allow` gives both hazards and rules.
    assert rows == [field for field in type(header).__struct_fields__ if field != "rules"]


def test_the_examples_of_directives_can_be_read() -> None:
    (block,) = blocks(ROOT / "docs/reference/scripts.md", "sql")

    assert read_header(block).retries == 10


def test_the_tutorial_works_as_it_stands(tmp_path: Path, own_directory: Path) -> None:
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    programs = [Path(sys.executable).parent, max(find(), key=lambda one: one.major).bindir]
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "DATABASE_URL", "SHADOW"))
    }
    environment["PATH"] = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
    environment["PGMIG_SERVER_DIR"] = str(own_directory)
    story = "set -eu\n" + "\n".join(blocks(TUTORIAL, "sh"))

    done = subprocess.run(
        ["/bin/sh", "-c", story],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "recorded there as applied: 0001_baseline" in done.stdout
    assert "nothing pending" in done.stdout
    assert "17 added in 3 tables" in done.stdout
    assert "4 scripts of 4 proved" in done.stdout
    assert "no drift" in done.stdout
    assert {path.name for path in tmp_path.glob("my-project/migrations/*")} == {
        "0001_baseline.up.sql",
        "0001_baseline.down.sql",
        "0002_add_loyalty_cards.up.sql",
        "0002_add_loyalty_cards.down.sql",
        "0003_count_points_1.up.sql",
        "0003_count_points_1.down.sql",
        "0004_count_points_2.up.sql",
        "0004_count_points_2.down.sql",
        "pgmig.sum",
        "roles.sql",
    }
