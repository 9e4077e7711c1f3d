"""What docs/testing.md shows, works as it stands there."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.plugin.conftest import Stranger

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"


@pytest.mark.newest
def test_the_example_of_the_page_runs(stranger: Stranger) -> None:
    for name in ("migrations", "seeds", "tests", "shop"):
        shutil.rmtree(stranger.folder / name)
    (stranger.folder / "pyproject.toml").unlink()
    page = PAGE.read_text()
    for code in re.findall(r"^```(?:sql|python)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE):
        name = re.match(r"(?:--|#) (\S+)\n", code)
        assert name is not None
        stranger.write(name[1], code)
    (command,) = re.findall(r"^```sh\npytest (.*?)\n```$", page, re.MULTILINE)
    status, said = stranger.test(*shlex.split(command))
    assert (status, "5 passed" in said) == (0, True), said


def test_the_page_tells_every_fixture_marker_and_setting() -> None:
    page = PAGE.read_text()
    source = (PAGE.parents[1] / "pgmig" / "pytest_plugin" / "__init__.py").read_text()
    names = re.findall(r'^def (pgmig_\w+)|addini\("(\w+)"|addoption\(\s*"(\S+)"', source, re.M)
    assert len(names) == 9
    for name in names:
        assert "".join(name) in page
