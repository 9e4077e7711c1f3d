"""Every rule finds its bad cases and leaves its good ones alone.

A case is a script on `cases/old.sql`, or several, between lines `-- next script`; what other rules
find in it stands in a comment, `-- also: `, and the first major that can run it in another,
`-- since: `. A bad case of several statements says which are at fault, `-- at: `: by number, with
the script before it where there are several; 0 is the file. All cases run one after the other in
one database, each in a schema of its own in the place of shop.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from pgmig.lint import RULE_BY_NAME, RULES, Course, Finding, Severity, judge
from pgmig.lint.course import observed
from pgmig.scripts import Piece, Script
from pgmig.scripts.directory import make_half
from pgmig.shadow.database import ShadowServer
from tests.fixtures.servers import Server

CASES = Path(__file__).parent / "cases"
FILES = tuple(sorted(path.relative_to(CASES) for path in CASES.glob("*/*.sql")))
SINCE = re.compile(r"^-- since: (\d+)$", re.MULTILINE)
AT = re.compile(r"^-- at: (.+)$", re.MULTILINE)
ALSO = re.compile(r"^-- also: (.+)$", re.MULTILINE)

# These say of whole directories what cannot be shown beside other cases.
ELSEWHERE = {"up-fails", "down-differs", "broken-query", "changed-query"}


def scripts(number: int, path: Path, schema: str) -> list[Script]:
    text = re.sub(r"\bshop(?=\b|_archive)", schema, (CASES / path).read_text())
    made: list[Script] = []
    for part, one in enumerate(text.split("-- next script\n"), start=number * 10):
        half = make_half(Path(f"{part:05d}_{schema}.up.sql"), one)
        made.append(Script(part, schema, half, None))
    return made


def is_of(path: Path, major: int) -> bool:
    since = SINCE.search((CASES / path).read_text())
    return since is None or major >= int(since[1])


def also(path: Path) -> set[str]:
    return {each for line in ALSO.findall((CASES / path).read_text()) for each in line.split(", ")}


def test_every_rule_has_cases() -> None:
    names = {path.parent.name for path in FILES}
    assert names == RULE_BY_NAME.keys() - ELSEWHERE
    for name in names:
        kinds = {path.stem.partition("_")[0] for path in FILES if path.parent.name == name}
        assert kinds == {"bad", "good"}, name


@pytest.fixture(scope="module")
def course(server: Server) -> Course:
    schemas = {path: f"shop{number:03d}" for number, path in enumerate(FILES)}
    old = [
        script
        for number, schema in enumerate(schemas.values(), start=1)
        for script in scripts(number, Path("old.sql"), schema)
    ]
    new = [
        script
        for number, (path, schema) in enumerate(schemas.items(), start=1001)
        if is_of(path, server.major)
        for script in scripts(number, path, schema)
    ]
    place = ShadowServer(server.url("postgres"), server.major, is_ours=False)
    return observed(place, old, new)


def findings(course: Course, severities: Mapping[str, Severity]) -> dict[Path, list[Finding]]:
    told: dict[Path, list[Finding]] = {path: [] for path in FILES}
    for one in judge(course, severities):
        told[FILES[int(one.label[:5]) // 10 - 1001]] += one.findings
    return told


def found(course: Course, severities: Mapping[str, Severity]) -> dict[Path, set[str]]:
    told = findings(course, severities)
    return {path: {each.rule for each in one} for path, one in told.items()}


@pytest.mark.newest
def test_each_case_is_found_by_its_rule_and_by_those_that_it_declares(
    course: Course, server: Server
) -> None:
    assert not [each.faults for each in course.scripts if each.faults]
    plain = found(course, {})
    for rule in RULES:
        if rule.name == "stale-routine" and course.settled:  # the server knows better itself
            continue
        seen = plain if rule.severity != "off" else found(course, {rule.name: "warning"})
        for path in FILES:
            if path.parent.name == rule.name and is_of(path, server.major):
                own = {rule.name} if path.stem.startswith("bad") else set[str]()
                assert (path, seen[path]) == (path, own | also(path))


def statements(path: Path) -> list[list[Piece]]:
    return [[*each.up.statements()] for each in scripts(1, path, "shop")]


def place(path: Path, finding: Finding) -> str:
    number = str(finding.statement or 0)
    return f"{int(finding.script[:5]) % 10 + 1}.{number}" if len(statements(path)) > 1 else number


@pytest.mark.newest
def test_findings_stand_at_the_statement_that_is_at_fault(course: Course) -> None:
    told = findings(course, {})
    for path, one in told.items():
        own = [each for each in one if each.rule == path.parent.name]
        if own and sum(map(len, statements(path))) > 1:
            said = AT.search((CASES / path).read_text())
            assert said, path
            assert ", ".join(sorted({place(path, each) for each in own})) == said[1], path
    (again,) = told[Path("duplicate-index/bad_both_new.sql")]
    assert (again.statement, again.message[:23]) == (3, "index voucher_two_idx o")
    (later,) = told[Path("definer-path/bad_later.sql")]
    assert (later.line, later.script[4]) == (1, "1")
