"""`init` writes a settings file of which every line is true."""

from pathlib import Path

import pytest

from pgmig.commands.init import TEMPLATE, init
from pgmig.commands.project import read
from pgmig.commands.settings import Flags, resolve
from pgmig.errors import SettingsExist


def test_the_file_says_what_holds_without_it(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    before = resolve(Flags(), environ={}, folder=tmp_path)
    path = init(tmp_path)
    after = resolve(Flags(), environ={}, folder=tmp_path)
    assert after.file == path
    assert (after.migrations, after.lock_timeout, after.runner_timeout, after.url) == (
        before.migrations,
        before.lock_timeout,
        before.runner_timeout,
        before.url,
    )


def test_what_it_shows_as_comments_is_accepted(tmp_path: Path) -> None:
    lines = [line.removeprefix("# ") for line in TEMPLATE.splitlines()]
    path = tmp_path / "pgmig.toml"
    path.write_text("\n".join(line for line in lines if "=" in line or line.startswith("[")))
    settings = read(path)
    assert settings.top.url == "postgresql://app:${APP_PASSWORD}@localhost/app"
    assert settings.env["production"].lock_timeout == "2s"
    assert settings.server.major == 16
    assert settings.server.postgres == ("/opt/postgresql-16/bin",)


@pytest.mark.parametrize(
    ("name", "text"), [("pgmig.toml", ""), ("pyproject.toml", "[tool.pgmig]\n")]
)
def test_a_settings_file_that_is_there_stays(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(SettingsExist) as caught:
        init(tmp_path)
    assert str(caught.value) == (
        f"there is a settings file already\n   at: {path}\n   do: edit that one"
    )
    assert path.read_text() == text
