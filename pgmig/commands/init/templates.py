"""Templates with what differs from project to project filled in."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from pgmig import __version__
from pgmig.commands.project import FILE_NAME, Project, read
from pgmig.errors import ScriptsElsewhere

_MIGRATIONS, _SEEDS = "migrations", "seeds"


def words(project: Project, folder: Path) -> Mapping[str, str]:
    """What stands in templates as @NAME@, with what it is in this project.

    Raises:
        ScriptsElsewhere: the scripts are not below `folder`.
        SettingsUnreadable, SettingsInvalid: the settings file.
    """
    if project.file is None:
        return _words(_MIGRATIONS, _SEEDS, FILE_NAME)
    settings = read(project.file)
    return _words(
        _below(folder, settings.top.migrations or _MIGRATIONS),
        _below(folder, settings.seeds.directory or _SEEDS),
        project.file.name,
    )


def filled(template: str, said: Mapping[str, str]) -> str:
    """A template's text with `said` in it."""
    text = files("pgmig").joinpath("templates", *template.split("/")).read_text(encoding="utf-8")
    for name, word in said.items():
        text = text.replace(f"@{name}@", word)
    return text


def _words(migrations: str, seeds: str, settings: str) -> Mapping[str, str]:
    return {
        "VERSION": __version__,
        "MIGRATIONS": migrations,
        "SEEDS": seeds,
        "SETTINGS": settings,
    }


def _below(folder: Path, directory: str) -> str:
    """A directory of the settings as a path from the folder that gets the files."""
    path = Path(directory).expanduser()
    whole = Path(folder, path).resolve()
    if not whole.is_relative_to(folder.resolve()) or whole == folder.resolve():
        raise ScriptsElsewhere(directory=whole, folder=folder)
    return whole.relative_to(folder.resolve()).as_posix()
