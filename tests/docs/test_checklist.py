"""docs/reference/checklist.md is what the changes and the cases prove; `make docs` writes it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures import checklist, fields
from tests.fixtures.changes import FILES
from tests.fixtures.laws import Law, read
from tests.fixtures.observed import Observe

KINDS = Path(__file__).parents[1] / "kinds"


def held(law: Law) -> Iterator[tuple[str, set[fields.Path]]]:
    """Each case with the paths in which its database holds something."""
    for file in sorted(KINDS.glob("*/*/new.sql")):
        url = law.load(file.read_text())
        objects = read(url).objects
        name = f"{file.parent.parent.name}/{file.parent.name}"
        yield name, {path for key, one in objects.items() for path in fields.held(one, key.kind)}


@pytest.mark.pg("== 18")
def test_the_checklist_is_what_the_tests_find_and_no_cell_is_empty(
    law: Law, observe: Observe
) -> None:
    observed = [each for file in FILES for each in observe(file)]
    found = checklist.proofs(observed, held(law))
    text = checklist.page(found)
    if os.environ.get("PGMIG_GOLDEN"):
        checklist.PAGE.write_text(text)
    assert checklist.missing(found) == []
    assert checklist.PAGE.read_text() == text
