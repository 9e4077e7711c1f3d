"""docs/reference/settings.md tells every key and preset, and no other."""

import re
import tomllib
from pathlib import Path

import pytest

from pgmig.catalog.patterns import PRESETS, parse
from pgmig.commands.project import EnvTable, IgnoreTable, LintTable, SeedsTable, read
from pgmig.seeds.names import TableName
from pgmig.seeds.rules import TableWords

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "reference" / "settings.md"


def rows(title: str) -> list[str]:
    """The first cells of the table under a title."""
    section = PAGE.read_text().split(f"\n## {title}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def test_every_key_is_told() -> None:
    assert rows("At the top, and in each `[env.NAME]`") == [*EnvTable.__struct_fields__]
    assert rows("`[lint]`") == [*LintTable.__struct_fields__]
    assert rows("`[ignore]`") == [*IgnoreTable.__struct_fields__]
    assert rows("`[seeds]`") == [*SeedsTable.__struct_fields__]
    assert rows('`[seeds.tables."schema.table"]`') == [*TableWords.__struct_fields__]


def test_every_preset_is_told() -> None:
    assert rows("Presets") == sorted(PRESETS)


@pytest.mark.parametrize("pattern", rows("Patterns"))
def test_every_pattern_of_the_page_can_be_read(pattern: str) -> None:
    assert parse(pattern).text == pattern


def test_the_example_can_be_read(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    (tmp_path / "pgmig.toml").write_text(block)

    assert read(tmp_path / "pgmig.toml").ignore.presets == ("supabase",)
    assert tomllib.loads(block)["ignore"]["patterns"] == ["audit.*", "table:public.tmp_*"]


def test_the_example_of_files_of_rows_can_be_read(tmp_path: Path) -> None:
    page = (DOCS / "initial-and-reference-data.md").read_text()
    (block,) = re.findall(r"^```toml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "pgmig.toml").write_text(block)

    assert read(tmp_path / "pgmig.toml").rules.of(TableName("public", "plan")).key == ("name",)


def test_the_examples_for_teams_can_be_read(tmp_path: Path) -> None:
    page = (DOCS / "teams.md").read_text()
    blocks = re.findall(r"^```toml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    commands = re.findall(r'\| `(\["[^`]+\])`', page)
    assert (len(blocks), len(commands)) == (2, 6)
    for text in (*blocks, *(f"password_command = {each}" for each in commands)):
        (tmp_path / "pgmig.toml").write_text(text.replace("\\|", "|"))
        assert read(tmp_path / "pgmig.toml")
