"""Durations are strict: a number and a unit."""

import pytest

from pgmig.commands.duration import milliseconds
from pgmig.errors import BadDuration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("200ms", 200),
        ("5s", 5_000),
        ("0.5s", 500),
        ("2min", 120_000),
        ("1.5h", 5_400_000),
        ("0s", 0),
        ("2147483647ms", 2_147_483_647),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, length: int) -> None:
    assert milliseconds(text) == length


@pytest.mark.parametrize(
    "text", ["5", "", "s", "5 s", " 5s", "5s ", "-5s", "5S", "5m", "5sec", "1d", "1e3ms", "0.5ms",
             "2147483648ms", "600h", "1min30s", "\u0665s"],
)  # fmt: skip
def test_anything_else_is_an_error_that_names_its_place(text: str) -> None:
    with pytest.raises(BadDuration) as caught:
        milliseconds(text, where="--lock-timeout")
    assert str(caught.value) == (
        f"{text!r} is not a duration\n   at: --lock-timeout\n"
        "   do: write a number and its unit without a space: 200ms, 5s, 2min or 1h"
    )
