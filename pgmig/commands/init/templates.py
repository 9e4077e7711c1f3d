"""Templates with what differs from project to project filled in."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import ascii_letters, digits

from pgmig import __version__
from pgmig.commands.project import FILE_NAME, Project, read
from pgmig.errors import DirectoryNotPlain, ScriptsElsewhere

_MIGRATIONS, _SEEDS = "migrations", "seeds"
_PLAIN = frozenset(ascii_letters + digits + "_-./")


def words(project: Project) -> Mapping[str, str]:
    """What stands in templates as @NAME@, with what it is in this project.

    Raises:
        ScriptsElsewhere: the scripts are not below the folder of the settings.
        DirectoryNotPlain: their directory has a name that would not stand for itself there.
        SettingsUnreadable, SettingsInvalid: the settings file.
    """
    if project.file is None:
        return _words(_MIGRATIONS, _SEEDS, FILE_NAME)
    settings = read(project.file)
    return _words(
        _below(project.file, settings.top.migrations or _MIGRATIONS),
        _below(project.file, settings.seeds.directory or _SEEDS),
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


def _below(file: Path, directory: str) -> str:
    """A directory of the settings as a path from their folder, which gets the files."""
    folder = file.parent.resolve()
    whole = Path(folder, Path(directory).expanduser()).resolve()
    if not whole.is_relative_to(folder) or whole == folder:
        raise ScriptsElsewhere(directory=whole, folder=folder)
    inner = whole.relative_to(folder).as_posix()
    if not set(inner) <= _PLAIN:
        raise DirectoryNotPlain(directory=inner, path=file)
    return inner
