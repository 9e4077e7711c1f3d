"""`init` writes files of which every line is true: all that were asked for, or none."""

import re
import resource
from pathlib import Path

import pytest

from pgmig import __version__
from pgmig.commands.choice import Flags
from pgmig.commands.init import PARTS, init, part
from pgmig.commands.project import read
from pgmig.commands.settings import resolve
from pgmig.errors import (
    DirectoryNotPlain,
    FileNotWritten,
    FilesExist,
    NotTopOfRepository,
    ScriptsElsewhere,
    SettingsExist,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The top of a repository."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def files(folder: Path) -> set[str]:
    """All files and folders but .git."""
    found = (str(path.relative_to(folder)) for path in folder.rglob("*"))
    return {name for name in found if name != ".git"}


def test_the_settings_say_what_holds_without_them(folder: Path) -> None:
    before = resolve(Flags(), environ={}, folder=folder)
    done = init(folder)
    after = resolve(Flags(), environ={}, folder=folder)
    assert done.files == (folder / "pgmig.toml",)
    assert after.file == folder / "pgmig.toml"
    assert (after.migrations, after.lock_timeout, after.runner_timeout, after.url) == (
        before.migrations,
        before.lock_timeout,
        before.runner_timeout,
        before.url,
    )


def test_what_the_settings_show_as_comments_is_accepted(folder: Path) -> None:
    path = folder / "pgmig.toml"
    init(folder)
    lines = [line.removeprefix("# ") for line in path.read_text().splitlines()]
    path.write_text("\n".join(line for line in lines if "=" in line or line.startswith("[")))
    settings = read(path)
    assert settings.top.url == "postgresql://app:${APP_PASSWORD}@localhost/app"
    assert settings.env["production"].lock_timeout == "2s"
    assert settings.server.major == 16
    assert settings.server.postgres == ("/opt/postgresql-16/bin",)


@pytest.mark.parametrize(
    ("name", "text"), [("pgmig.toml", ""), ("pyproject.toml", "[tool.pgmig]\n")]
)
def test_a_settings_file_that_is_there_stays(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(text)
    with pytest.raises(SettingsExist) as caught:
        init(folder)
    assert str(caught.value) == (
        f"there is a settings file already\n   at: {path}\n   do: edit that one"
    )
    done = init(folder, [part("docker")])
    assert done.kept == path
    assert path.read_text() == text
    assert f"!{name}\n" in (folder / ".dockerignore").read_text()


def test_every_word_of_the_templates_is_filled_in(folder: Path) -> None:
    (folder / "pgmig.toml").write_text('migrations = "db/scripts"\n[seeds]\ndirectory = "rows"\n')
    done = init(folder, PARTS)
    texts = {str(path.relative_to(folder)): path.read_text() for path in done.files}
    assert len(texts) == sum(len(each.files) for each in PARTS)
    assert {text for text in texts.values() if re.search("@[A-Z]+@", text)} == set()
    assert "ARG PGMIG_VERSION=" + __version__ in texts["Dockerfile"]
    assert "- db/scripts/**\n" in texts[".github/workflows/deploy.yml"]
    assert "- rows/**\n" in texts[".github/workflows/deploy.yml"]
    assert r"files: ^db/scripts/.*\.(up|down)\.sql$" in texts[".pre-commit-config.yaml"]
    assert "!db/scripts\n!rows\n" in texts[".dockerignore"]
    assert "mountPath: /project/db/scripts\n" in texts["deploy/job-configmap.yaml"]


def test_what_to_type_next_depends_on_whether_there_are_scripts(folder: Path) -> None:
    assert init(folder).then == ("pgmig new first_tables", "pgmig up")
    (folder / "migrations").mkdir()
    (folder / "migrations" / "0001_a.up.sql").touch()
    assert init(folder, [part("pre-commit")]).then == (
        "pgmig verify --seal",
        "git add .pre-commit-config.yaml migrations pgmig.toml",
        "pre-commit install",
    )


def test_nothing_is_written_where_one_of_the_files_is(folder: Path) -> None:
    (folder / "deploy").mkdir()
    (folder / "deploy" / "job.yaml").write_text("mine")
    (folder / "Dockerfile").symlink_to("nowhere")
    before = files(folder)
    with pytest.raises(FilesExist) as caught:
        init(folder, PARTS)
    assert str(caught.value) == (
        "there are files already: Dockerfile, deploy/job.yaml; nothing was written\n"
        f"   at: {folder}\n"
        "   do: rename them, run the same command again, and take over what you need of both"
    )
    assert files(folder) == before
    assert (folder / "deploy" / "job.yaml").read_text() == "mine"


def test_nothing_is_left_where_a_folder_cannot_be_made(folder: Path) -> None:
    (folder / "deploy").touch()
    with pytest.raises(FileNotWritten):
        init(folder, PARTS)
    assert files(folder) == {"deploy"}


def test_nothing_is_left_when_the_disk_is_full(folder: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2500, hard))
    try:
        with pytest.raises(FileNotWritten) as caught:
            init(folder, PARTS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.exit_code == 1
    assert files(folder) == set()


def test_what_counts_at_the_top_of_a_repository_is_written_there_alone(folder: Path) -> None:
    below = folder / "service"
    below.mkdir()
    with pytest.raises(NotTopOfRepository) as caught:
        init(below, PARTS)
    assert str(caught.value) == (
        "what --github and --pre-commit would write is read at the top of a repository only\n"
        f"   at: {below}\n"
        f"   do: run the command in {folder}"
    )
    assert files(below) == set()
    assert init(below, [part("docker")]).kept is None


@pytest.mark.parametrize("directory", ["../elsewhere", "/elsewhere", "."])
def test_scripts_elsewhere_are_refused(folder: Path, directory: str) -> None:
    (folder / "pgmig.toml").write_text(f'migrations = "{directory}"\n')
    with pytest.raises(ScriptsElsewhere):
        init(folder, [part("docker")])
    assert files(folder) == {"pgmig.toml"}


@pytest.mark.parametrize("directory", ["our scripts", "a'b", "a$(id)", "a: b", "x*"])
def test_a_directory_that_would_mean_something_else_is_refused(
    folder: Path, directory: str
) -> None:
    (folder / "pgmig.toml").write_text(f'migrations = "{directory}"\n')
    with pytest.raises(DirectoryNotPlain):
        init(folder, PARTS)
    assert files(folder) == {"pgmig.toml"}
