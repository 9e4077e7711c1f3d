"""The evaluator gives what GitHub documents, and refuses what it does not know."""

import pytest

from tests.workflows.expressions import UnknownExpression, filled, holds

CONTEXTS = {"github": {"ref": "refs/heads/main"}, "vars": {}, "inputs": {"comment": "true"}}
FAILED = {"success": lambda: False, "cancelled": lambda: False}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, False),
        ("github.ref == 'REFS/heads/main'", False),
        ("${{ !cancelled() && github.ref == 'refs/heads/main' }}", True),
        ("!cancelled() && (vars.NAME || inputs.comment) == 'true'", True),
        ("!cancelled() && vars.NAME", False),
    ],
)
def test_a_condition_holds_only_after_success_unless_it_asks(
    condition: str | None,
    expected: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert holds(condition, CONTEXTS, FAILED) is expected


@pytest.mark.parametrize(
    "text",
    ["${{ hashFiles('a') }}", "${{ github.nothing }}", "${{ secrets.A }}", "${{ 1 + 1 }}",
     "${{ github.ref == }}", "${{ github.ref 'a' }}"],
)  # fmt: skip
def test_what_it_does_not_know_is_an_error(text: str) -> None:
    with pytest.raises(UnknownExpression):
        filled(text, CONTEXTS)
