"""Every case folder under tests/kinds obeys the laws, and its plan reads as the golden file."""

import os
import tomllib
from pathlib import Path

import pytest

from pgmig.plan import script_text
from tests.fixtures.laws import Law
from tests.fixtures.servers import Server

KINDS = Path(__file__).parents[1] / "kinds"


def since(folder: Path) -> int:
    """The first major a case speaks of."""
    meta = folder / "meta.toml"
    return tomllib.loads(meta.read_text())["since"] if meta.exists() else 14


def cases(newest_first: int) -> list[object]:
    """The cases that need this major, as parameters."""
    found = sorted(path.parent for path in KINDS.glob("*/*/new.sql"))
    return [
        pytest.param(folder, id=f"{folder.parent.name}-{folder.name}")
        for folder in found
        if since(folder) == newest_first
    ]


def check(folder: Path, law: Law, server: Server) -> None:
    url = law.load((folder / "new.sql").read_text())
    made = law.planned(url)
    text = script_text(made.statements, settings=made.settings)
    golden = folder / f"plan.{server.major}.sql"
    if not golden.exists():
        golden = folder / "plan.sql"
    if os.environ.get("PGMIG_GOLDEN"):
        golden = write_golden(folder, text, server.major)
    assert text == golden.read_bytes().decode()  # read_text would change a body's line ends
    law.holds_for(url)


def write_golden(folder: Path, text: str, major: int) -> Path:
    """`plan.sql` is the newest major's; a major whose plan differs has a file of its own."""
    common, own = folder / "plan.sql", folder / f"plan.{major}.sql"
    if major == 18:
        common.write_text(text)
        return common
    if common.exists() and common.read_bytes().decode() == text:
        own.unlink(missing_ok=True)
        return common
    own.write_text(text)
    return own


@pytest.mark.parametrize("folder", cases(14))
def test_a_case_obeys_the_laws(folder: Path, law: Law, server: Server) -> None:
    check(folder, law, server)


@pytest.mark.pg(">= 15")
@pytest.mark.parametrize("folder", cases(15))
def test_a_case_of_15_obeys_the_laws(folder: Path, law: Law, server: Server) -> None:
    check(folder, law, server)


@pytest.mark.pg(">= 17")
@pytest.mark.parametrize("folder", cases(17))
def test_a_case_of_17_obeys_the_laws(folder: Path, law: Law, server: Server) -> None:
    check(folder, law, server)


@pytest.mark.pg(">= 18")
@pytest.mark.parametrize("folder", cases(18))
def test_a_case_of_18_obeys_the_laws(folder: Path, law: Law, server: Server) -> None:
    check(folder, law, server)
