"""docs/when-it-dies.md names a proof for each case: a test that is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "when-it-dies.md").read_text()


def functions_of(path: Path) -> set[str]:
    """The names of the tests in a file, also of those that are defined under a condition."""
    nodes = ast.walk(ast.parse(path.read_text()))
    functions = (node.name for node in nodes if isinstance(node, ast.FunctionDef))
    return {name for name in functions if name.startswith("test_")}


def test_every_proof_that_is_named_is_a_test() -> None:
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", PAGE)
    assert len(named) > 20
    assert [(file, name) for file, name in named if name not in functions_of(ROOT / file)] == []


def test_every_case_has_a_proof() -> None:
    cases = re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]
    assert len(cases) > 10
    assert [case.splitlines()[0] for case in cases if "\nProof: `tests/" not in case] == []
