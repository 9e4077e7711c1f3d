"""docs/lint/ has a page for each rule, written from the rule; `make docs` writes them."""

import os
import re
from pathlib import Path

from pgmig.lint import RULES, Rule
from pgmig.scripts.rule_names import RULE_NAMES

DOCS = Path(__file__).parents[2] / "docs"
FOLDER = DOCS / "lint"


def page(rule: Rule) -> str:
    """What stands in docs/lint/ about a rule."""
    sees = "what the script does in a shadow database"
    if rule.is_textual:
        sees = "the text of the script"
    return (
        f"# {rule.name}\n\n{rule.page.strip()}\n\n"
        f"Severity: {rule.severity}. Decided by {sees}. [All rules](../lint.md)\n"
    )


def table() -> str:
    """The rules as they stand in docs/lint.md."""
    rows = (
        f"| [{each.name}](lint/{each.name}.md) | {each.severity} | {each.summary} |"
        for each in sorted(RULES, key=lambda each: each.name)
    )
    return "\n".join(("| rule | severity | what it finds |", "|---|---|---|", *rows)) + "\n"


def test_the_words_of_allow_are_the_rules() -> None:
    assert {each.name for each in RULES} == RULE_NAMES
    assert len(RULES) == len(RULE_NAMES)


def test_every_rule_says_what_is_bad_what_is_good_and_when_to_allow_it() -> None:
    for each in RULES:
        _, bad = each.page.split("\nBad", 1)
        assert "```sql\n" in bad.partition("\nGood")[0], each.name
        assert "\nGood" in bad, each.name
        assert re.search(r"\b(Allow it|no reason to allow it)\b", each.page), each.name


def test_the_pages_are_what_the_rules_say() -> None:
    pages = {f"{each.name}.md": page(each) for each in RULES}
    if os.environ.get("PGMIG_GOLDEN"):
        for stale in FOLDER.glob("*.md"):
            stale.unlink()
        for name, text in pages.items():
            (FOLDER / name).write_text(text)
        whole = (DOCS / "lint.md").read_text()
        old = re.search(r"^\| rule \| severity .*?(?=^$)", whole, re.DOTALL | re.MULTILINE)
        assert old is not None
        (DOCS / "lint.md").write_text(whole.replace(old[0], table()))
    assert {each.name: each.read_text() for each in FOLDER.glob("*.md")} == pages
    assert table() in (DOCS / "lint.md").read_text()


def test_beside_each_rule_of_another_linter_stand_names_of_ours_or_a_reason() -> None:
    mapped = (DOCS / "lint.md").read_text().split("## What other linters call it\n")[1]
    tables = [part.splitlines() for part in mapped.split("\n### ")[1:]]
    assert [part[0] for part in tables] == ["squawk", "eugene", "strong_migrations", "pgfence"]
    for part in tables:
        rows = [row.strip("| ").split(" | ") for row in part if row.startswith("| ")][1:]
        theirs = [row[0] for row in rows]
        assert len(theirs) > 10
        assert len({*theirs}) == len(theirs), part[0]
        for their, ours in rows:
            named = re.findall(r"`([a-z-]+)`", ours)
            assert ours.startswith("no: ") or named, their
            words = {"allow=", "plan", "--queries"}
            assert {*named} - words <= RULE_NAMES, their
