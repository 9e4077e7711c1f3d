"""Guides that are run from top to bottom: their outputs and scripts are what the commands print.

README.md shows some commands of docs/diff.md, as that page does. PGMIG_GOLDEN=1 writes the pages.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgmig.shadow.server import find
from tests.fixtures.servers import Server

ROOT = Path(__file__).parents[2]
DIFF = ROOT / "docs/diff.md"
DATA = ROOT / "docs/initial-and-reference-data.md"
README = ROOT / "README.md"

# A command, and after it what it prints.
_LINES = r"((?:(?!```).*\n)*)```$"
_SHELL = re.compile(r"^```sh\n" + _LINES, re.MULTILINE)
_SHOWN = re.compile(r"^```sh\n" + _LINES + r"\n\n```(?:text|sql)\n" + _LINES, re.MULTILINE)

# What is another at each run: times, durations, the minor release.
_VARYING = (
    (re.compile(r"\b\d+(\.\d+)? m?s\b"), "N ms"),
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*"), "TIME"),
    (re.compile(r"PostgreSQL 18\.\d+"), "PostgreSQL 18"),
)
_HOME = "/home/you/.cache/pgmig"  # where a server's directory is on the pages
_FOLDER = "/home/you"  # where the folder `work` is


def steady(text: str) -> str:
    """The text without what differs from run to run; runs of blanks are one, as columns move."""
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def told(out: Path, err: Path) -> str:
    """What a reader is shown: stdout, and of stderr the error, which comes first."""
    _, error, rest = err.read_text().partition("error: ")
    return (error + rest) + out.read_text()


def run(story: list[str], folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """What each part of the story prints; all run in one shell."""
    outputs = folder / "outputs"
    outputs.mkdir()
    (folder / "work").mkdir()
    parts = [
        f"{{\n{code}}} > '{outputs}/{place}.out' 2> '{outputs}/{place}.err'\n"
        for place, code in enumerate(story)
    ]
    done = subprocess.run(
        ["/bin/sh", "-c", "set -eu\n" + "".join(parts)],
        cwd=folder / "work",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    last = sorted(outputs.glob("*.err"), key=lambda path: int(path.stem))[-1]
    assert done.returncode == 0, f"{story[int(last.stem)]}{last.read_text()}{done.stderr}"
    for place in range(len(story)):
        yield told(outputs / f"{place}.out", outputs / f"{place}.err")


def rewritten(page: Path, printed: dict[str, str]) -> str:
    """The page with the outputs that are not as they were."""

    def replace(match: re.Match[str]) -> str:
        new = printed.get(match[1], match[2])
        if steady(new) == steady(match[2]):
            return match[0]
        begin, end = match.start(2) - match.start(), match.end(2) - match.start()
        return f"{match[0][:begin]}{new.strip()}\n{match[0][end:]}"

    return _SHOWN.sub(replace, page.read_text())


def shown(page: Path) -> dict[str, str]:
    """The commands of a page with the outputs that it shows."""
    return {match[1]: match[2] for match in _SHOWN.finditer(page.read_text())}


@pytest.mark.pg("== 18")
@pytest.mark.parametrize("page", [DIFF, DATA], ids=lambda page: page.stem)
def test_the_page_shows_what_its_commands_print(
    page: Path, server: Server, tmp_path: Path, own_directory: Path
) -> None:
    bindir = next(one.bindir for one in find() if one.major == server.major)
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "DATABASE_URL", "SHADOW"))
    }
    programs = [Path(sys.executable).parent, server.clients]
    environment["PATH"] = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
    environment["PGMIG_SERVER_DIR"] = str(own_directory)
    environment["PGMIG_POSTGRES"] = str(bindir)
    story = _SHELL.findall(page.read_text())

    printed = dict(zip(story, run(story, tmp_path, environment), strict=True))
    places = {str(own_directory): _HOME, str(tmp_path): _FOLDER}
    for place, shown_as in places.items():
        printed = {code: text.replace(place, shown_as) for code, text in printed.items()}
    also = [README] if page == DIFF else []
    if os.environ.get("PGMIG_GOLDEN"):
        for each in (page, *also):
            each.write_text(rewritten(each, printed))

    for code, text in shown(page).items():
        assert steady(text) == steady(printed[code]), code
    common = [code for each in also for code in shown(each).keys() & printed.keys()]
    assert not also or any(".up.sql" in code for code in common)
    assert not also or any(".down.sql" in code for code in common)
    for code in common:
        assert steady(shown(README)[code]) == steady(printed[code]), code
