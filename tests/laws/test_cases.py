"""Every case folder under tests/kinds obeys the laws, and its plan reads as the golden file.

`plan.sql` is the plan of 18; a `plan.15.sql` is that of 15 and of the majors before it. A major
has a file of its own only where its plan differs from that of the next newer file.
"""

import itertools
import os
import tomllib
from pathlib import Path

import pytest

from pgmig.plan import Plan, script_text
from tests.fixtures.laws import Law
from tests.fixtures.servers import Server

KINDS = Path(__file__).parents[1] / "kinds"
FOLDERS = sorted(path.parent for path in KINDS.glob("*/*/new.sql"))
NEWEST = 18


def since(folder: Path) -> int:
    """The first major a case speaks of."""
    meta = folder / "meta.toml"
    return tomllib.loads(meta.read_text())["since"] if meta.exists() else 14


def cases() -> list[object]:
    """The cases as parameters, each for the majors it speaks of."""
    return [
        pytest.param(
            folder,
            id=f"{folder.parent.name}-{folder.name}",
            marks=pytest.mark.pg(f">= {since(folder)}"),
        )
        for folder in FOLDERS
    ]


def golden(folder: Path, major: int) -> Path:
    """The file of a major's own plan."""
    return folder / ("plan.sql" if major == NEWEST else f"plan.{major}.sql")


def valid_golden(folder: Path, least: int) -> Path:
    """The file that holds for a major: of those there are, the oldest that is not older."""
    files = (golden(folder, major) for major in range(least, NEWEST + 1))
    return next((file for file in files if file.exists()), golden(folder, NEWEST))


def write_golden(folder: Path, text: str, major: int) -> None:
    """Write the file of this major, unless that of a newer one says the same.

    The majors have to be gone through from the newest down: `make golden`.
    """
    own = golden(folder, major)
    if major < NEWEST:
        newer = valid_golden(folder, major + 1)
        if newer.exists() and newer.read_bytes().decode() == text:
            own.unlink(missing_ok=True)
            return
    own.write_bytes(text.encode())


@pytest.mark.parametrize("folder", cases())
def test_a_case_obeys_the_laws(folder: Path, law: Law, server: Server) -> None:
    def require_golden(made: Plan) -> None:
        text = script_text(made.statements, settings=made.settings)
        if os.environ.get("PGMIG_GOLDEN"):
            write_golden(folder, text, server.major)
        # read_text would change a body's line ends
        assert text == valid_golden(folder, server.major).read_bytes().decode()

    law.holds_for(law.load((folder / "new.sql").read_text()), on_plan=require_golden)


def test_no_golden_file_repeats_that_of_a_newer_major() -> None:
    for folder in FOLDERS:
        files = [golden(folder, major) for major in range(14, NEWEST + 1)]
        for older, newer in itertools.pairwise(file for file in files if file.exists()):
            assert older.read_bytes() != newer.read_bytes(), older
