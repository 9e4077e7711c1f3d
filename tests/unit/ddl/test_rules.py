"""What generated SQL, and the code that generates it, must never hold."""

import ast
from pathlib import Path

import pytest

from pgmig import scripts

ROOT = Path(__file__).parents[3]
PLANS = sorted((ROOT / "tests" / "kinds").glob("*/*/plan*.sql"))
BASELINE = sorted((ROOT / "migrations").glob("0001_baseline.*.sql"))


@pytest.mark.parametrize(
    "path", [*PLANS, *BASELINE], ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_generated_statements_have_no_cascade_and_no_if_exists(path: Path) -> None:
    found = list(scripts.split(path.read_text(), path=path))
    assert found
    for piece in found:
        words = piece.sql.upper().split()
        if words[0] in {"DROP", "REVOKE", "TRUNCATE"} or "DROP" in words[:6]:
            assert words[-1] != "CASCADE", piece.sql
        assert words[2:4] != ["IF", "EXISTS"], piece.sql
        assert words[2:5] != ["IF", "NOT", "EXISTS"], piece.sql


def test_nothing_parses_sql_and_prints_it_again() -> None:
    # sqlglot changes what it parses (docs/decisions/0002): it only ever renders.
    for path in sorted((ROOT / "pgmig").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = {getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", "")}
            assert not names & {"parse_one", "transpile", "maybe_parse"}, path
