"""The laws hold from one schema to another and back, offline and online."""

from pathlib import Path

import pytest

from pgmig import catalog
from tests.fixtures import unreachable
from tests.fixtures.changes import FILES as CHANGES
from tests.fixtures.changes import load
from tests.fixtures.observed import laid, set_up
from tests.fixtures.pairs import Pairs, back_and_forth
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
def test_each_change_is_taken_back_and_made_again(
    file: Path, server: Server, case_roles: None
) -> None:
    changes, problems = load(file), list[str]()
    has_roles = file.stem == "roles"
    with laid(server) as conn:
        set_up(server, conn, changes)
        before = catalog.read(conn, with_roles=has_roles)
        for change in changes.of(server.major):
            conn.execute(change.sql.encode())
            after = catalog.read(conn, with_roles=has_roles)
            for way, found in back_and_forth(conn, before, after).items():
                if found and unreachable.why(change, way, found) is None:
                    problems.append("\n".join([f"{way}: {change}", *found]))
            before = after
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)
