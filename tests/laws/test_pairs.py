"""The laws hold from one schema to another and back, offline and online."""

from pathlib import Path

import pytest

from tests.fixtures import unreachable
from tests.fixtures.changes import FILES as CHANGES
from tests.fixtures.observed import Observe
from tests.fixtures.pairs import Pairs
from tests.fixtures.servers import Server
from tests.laws.test_states import FILES, HEAD, sides


def situations() -> list[object]:
    """Every situation, for the majors that know it."""
    found: list[object] = []
    for file in FILES:
        _, *parts = HEAD.split(file.read_text())
        for name, since in zip(parts[::3], parts[1::3], strict=True):
            marks = pytest.mark.pg(f">= {since or 14}")
            found.append(pytest.param(file, name, id=f"{file.stem}-{name}", marks=marks))
    return found


@pytest.mark.newest  # all of a file together are tried on every major
@pytest.mark.parametrize(("file", "name"), situations())
def test_a_situation_becomes_the_other_and_back(
    file: Path, name: str, pairs: Pairs, server: Server
) -> None:
    old, new = (
        pairs.law.load("\n".join(sides(file, server.major, is_later=is_later, only=name)))
        for is_later in (False, True)
    )
    pairs.hold(old, new)
    pairs.require_none()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_all_situations_of_a_file_become_the_others_and_back(
    file: Path, pairs: Pairs, server: Server
) -> None:
    old, new = (
        pairs.law.load("\n".join(sides(file, server.major, is_later=is_later)))
        for is_later in (False, True)
    )
    pairs.hold(old, new)
    pairs.require_none()


@pytest.mark.parametrize("file", CHANGES, ids=lambda file: file.stem)
def test_each_change_is_taken_back_and_made_again(file: Path, observe: Observe) -> None:
    problems = [
        "\n".join([f"{way}: {each.change}", *found])
        for each in observe(file)
        for way, found in each.ways.items()
        if found and unreachable.why(each.change, way, found) is None
    ]
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)
