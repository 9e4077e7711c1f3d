"""The laws hold for both sides of every situation in tests/laws/states: what is, and what becomes.

A file holds situations: a line `-- SITUATION name`, the statements that make the one side, a line
`-- BECOMES`, those that make the other. ` -- 18` after the name is the first major that knows it.
All situations of a file share a database, each in a schema of its own, named after it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgmig.commands.snapshot import snapshot, write
from pgmig.plan import differences
from tests.fixtures.laws import REPRINTED, Law, read
from tests.fixtures.servers import Server

FILES = sorted((Path(__file__).parent / "states").glob("*.sql"))
HEAD = re.compile(r"^-- SITUATION (\w+)(?: -- (\d+))?\n", re.MULTILINE)


def sides(file: Path, major: int, *, is_later: bool, only: str = "") -> Iterator[str]:
    """The statements of each situation that the major knows, or of one of them."""
    _, *parts = HEAD.split(file.read_text())
    for name, since, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if int(since or 0) <= major and only in {"", name}:
            before, _, after = text.partition("-- BECOMES\n")
            made = after if is_later else before
            yield f'CREATE SCHEMA "{name}";\nSET search_path = "{name}", public;\n{made}'


@pytest.mark.parametrize("side", ["is", "becomes"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_both_sides_of_a_situation_obey_the_laws(
    file: Path, side: str, law: Law, server: Server
) -> None:
    url = law.load("\n".join(sides(file, server.major, is_later=side == "becomes")))
    assert read(url).unmodelled == ()
    law.holds_for(url)


@pytest.mark.parametrize("side", ["is", "becomes"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_tree_of_a_situation_makes_it_again(
    file: Path, side: str, law: Law, server: Server, tmp_path: Path
) -> None:
    url = law.load("\n".join(sides(file, server.major, is_later=side == "becomes")))
    taken, copy = snapshot(url), law.make_database()
    write(taken, tmp_path / "schema", "tree")
    law.psql(copy, "-f", tmp_path / "schema" / "load.sql")
    found = differences(read(copy), taken.snapshot)
    assert [str(each) for each in found if each.field not in REPRINTED] == []
    assert read(copy).depends == taken.snapshot.depends
