"""Which numbers a rebase gives."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pgmig.commands.rebase.mine import Parted
from pgmig.commands.rebase.rebasing import numbered
from pgmig.scripts import Script
from pgmig.scripts.directory import make_half, make_script
from pgmig.scripts.names import parse_name

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def script(label: str) -> Script:
    name = parse_name(f"{label}.up.sql")
    assert name is not None
    up, down = (make_half(Path(f"{label}.{half}.sql"), "SELECT 1") for half in ("up", "down"))
    return make_script(up, down, name)


@pytest.mark.parametrize(
    ("last", "mine", "numbers"),
    [
        (5, ["0005_b"], {"0005_b": "0006_b"}),
        (
            5,
            ["0004_b", "0005_b", "0006_c"],
            {"0004_b": "0006_b", "0005_b": "0007_b", "0006_c": "0008_c"},
        ),
        (5, ["0003_b", "0009_c"], {"0003_b": "0006_b"}),
        (5, ["0007_b", "0008_c"], {}),
        (9999, ["9998_b"], {"9998_b": "10000_b"}),
        (5, ["000005_b"], {"000005_b": "000006_b"}),
        (
            20260601000000,
            ["20260501000000_b", "20260502000000_c"],
            {"20260501000000_b": "20260701000000_b", "20260502000000_c": "20260701000001_c"},
        ),
        (20270101000000, ["20260501000000_b"], {"20260501000000_b": "20270101000001_b"}),
        (20260601000000, ["0007_b"], {"0007_b": "20260701000000_b"}),
        (5, [], {}),
    ],
)
def test_mine_come_after_theirs_in_their_own_order(
    last: int, mine: list[str], numbers: dict[str, str]
) -> None:
    parted = Parted((), tuple(map(script, mine)), last, "main")
    assert numbered(parted, NOW) == numbers
