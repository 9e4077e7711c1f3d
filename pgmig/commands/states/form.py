"""States as people write them: parsed, nothing read yet but the names in a folder."""

from dataclasses import dataclass, field
from pathlib import Path

from pgmig.commands.settings import Settings
from pgmig.db import describe_url
from pgmig.errors import BadState
from pgmig.scripts.names import parse_name
from pgmig.shadow.layers import is_tree
from pgmig.shadow.replay import Layer

_SCHEMES = ("postgresql://", "postgres://")
_LATER = ("sqlalchemy:", "django:")
_GIT = "git:"


@dataclass(frozen=True, slots=True)
class Live:
    """The database at a connection string, now."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Scripts:
    """Migrations.

    Attributes:
        directory: where they are.
        version: the last that counts; 0 is none of them, None all.
    """

    directory: Path
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """The migrations of a commit.

    Attributes:
        rev: as git knows it.
        directory: of the migrations, where it is or would be now.
        root: a folder inside the repository.
    """

    rev: str
    directory: Path
    root: Path


@dataclass(frozen=True, slots=True)
class Sql:
    """Files of plain SQL, in their order."""

    path: Path
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder that `pgmig snapshot` wrote."""

    directory: Path


@dataclass(frozen=True, slots=True)
class Stored:
    """A snapshot in a file."""

    path: Path


@dataclass(frozen=True, slots=True)
class Empty:
    """A new database."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a history says that its database is; nobody writes it as text.

    Attributes:
        label: names it to people.
        layers: the scripts that are applied, in the order in which they were.
        roles: that the scripts say they need.
        runners: the roles that applied them.
    """

    label: str
    layers: tuple[Layer, ...]
    roles: tuple[str, ...]
    runners: tuple[str, ...]


State = Live | Scripts | Commit | Sql | Tree | Stored | Empty | Recorded


def parse(text: str, settings: Settings, *, folder: Path | None = None) -> State:
    """The state that `text` means.

    Args:
        text: as architecture and manual name the forms.
        settings: of the project.
        folder: where paths begin; None: the current folder.

    Raises:
        BadState: it means none, or a path leads nowhere.
        UsageError: a connection string that cannot be read, as `db.address.read` says.
    """
    folder = Path.cwd() if folder is None else folder
    if text == "empty":
        return Empty()
    if text.startswith(_LATER):
        reason = "pgmig does not read the models of an ORM yet"
        raise BadState(text=text, reason=reason)
    if text.startswith(_GIT):
        return _commit(text, settings)
    if text.startswith(_SCHEMES) or "://" in text:
        return _live(text)
    if not text:
        raise BadState(text="", reason="the text is empty")
    try:
        return _path(text, folder / text, settings, folder)
    except OSError as error:
        raise BadState(text=text, reason=error.strerror or "it cannot be read") from None


def _live(text: str) -> Live:
    describe_url(text)
    return Live(text)


def _commit(text: str, settings: Settings) -> Commit:
    rev = text.removeprefix(_GIT)
    if not rev or rev.startswith("-") or any(sign.isspace() or sign == "\0" for sign in rev):
        raise BadState(text=text, reason="a commit, branch or tag has to follow the colon")
    return Commit(rev, settings.migrations, settings.root)


def _path(text: str, path: Path, settings: Settings, folder: Path) -> State:
    if path.is_dir():
        return _folder(text, path, settings)
    if path.exists():
        return _file(text, path)
    if "=" in text:
        return _live(text)
    base, at, number = text.rpartition("@")
    if not at:
        raise BadState(text=text, reason="there is no such file or folder")
    if not (number.isascii() and number.isdecimal()):
        raise BadState(text=text, reason="a version has to follow the @")
    if not (folder / base).is_dir():
        raise BadState(text=text, reason=f"there is no folder {base}")
    state = _folder(text, folder / base, settings)
    if not isinstance(state, Scripts):
        raise BadState(text=text, reason=f"{base} holds no migrations, so it has no versions")
    return Scripts(state.directory, int(number))


def _folder(text: str, path: Path, settings: Settings) -> State:
    if _is_same(path, settings.migrations):
        return Scripts(path)
    if is_tree(path):
        return Tree(path)
    if any(parse_name(each.name) for each in path.iterdir()):
        return Scripts(path)
    files = [
        each
        for each in path.rglob("*.sql")
        if each.is_file() and not any(p.startswith(".") for p in each.relative_to(path).parts)
    ]
    if not files:
        reason = "the folder holds neither migrations (NUMBER_NAME.up.sql) nor files of SQL"
        raise BadState(text=text, reason=reason)
    return Sql(path, tuple(sorted(files, key=lambda each: each.relative_to(path).as_posix())))


def _file(text: str, path: Path) -> State:
    if path.suffix == ".json":
        return Stored(path)
    if path.suffix == ".sql":
        return (
            Tree(path.parent)
            if is_tree(path.parent) and path.name == "load.sql"
            else Sql(path, (path,))
        )
    raise BadState(text=text, reason="a file of a state ends in .sql or .json")


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
