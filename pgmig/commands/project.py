"""Where a project is, and what its settings file says."""

import difflib
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar, cast

import msgspec

from pgmig.commands.protection import ALLOW, REQUIRE
from pgmig.errors import SettingsInvalid, SettingsUnreadable
from pgmig.scripts.rule_names import RULE_NAMES
from pgmig.seeds.rules import Missing, Rules, Switch, TableWords, parse_rules

FILE_NAME = "pgmig.toml"
PYPROJECT = "pyproject.toml"


class EnvTable(msgspec.Struct, frozen=True, kw_only=True):
    """The keys that stand at the top level and in every [env.NAME] table."""

    url: str | None = None
    shadow_url: str | None = None
    migrations: str | None = None
    lock_timeout: str | None = None
    runner_timeout: str | None = None
    wait: str | None = None
    role: str | None = None
    record_fingerprints: bool | None = None
    allow: tuple[str, ...] | None = None
    require: tuple[str, ...] | None = None
    password_command: tuple[str, ...] | None = None
    password_timeout: str | None = None


class ServerTable(msgspec.Struct, frozen=True, kw_only=True):
    """The table [server]: the local server that pgmig manages."""

    bindir: str | None = None
    postgres: tuple[str, ...] = ()
    directory: str | None = None
    major: int | None = None
    user: str | None = None


class IgnoreTable(msgspec.Struct, frozen=True, kw_only=True):
    """The table [ignore]: objects that are somebody else's.

    Attributes:
        patterns: as `catalog.patterns` reads them.
        presets: names of managed services.
    """

    patterns: tuple[str, ...] = ()
    presets: tuple[str, ...] = ()


class SeedsTable(msgspec.Struct, frozen=True, kw_only=True):
    """The table [seeds]: files of rows.

    Attributes:
        directory: of the files; None: `seeds`.
        missing: as `seeds.rules.TableRule` says, for all tables.
        triggers: the same.
    """

    directory: str | None = None
    missing: Missing | None = None
    triggers: Switch | None = None


RuleSeverity = Literal["error", "warning", "off"]


class LintTable(msgspec.Struct, frozen=True, kw_only=True):
    """The table [lint].

    Attributes:
        rules: how bad it is to break a rule of `pgmig lint`; of those that are not named, as the
            rule says itself.
    """

    rules: dict[str, RuleSeverity] = {}


class SettingsFile(msgspec.Struct, frozen=True, kw_only=True):
    """A settings file, as written."""

    top: EnvTable = EnvTable()
    env: dict[str, EnvTable] = {}
    server: ServerTable = ServerTable()
    ignore: IgnoreTable = IgnoreTable()
    lint: LintTable = LintTable()
    seeds: SeedsTable = SeedsTable()
    rules: Rules = Rules()


class Project(NamedTuple):
    """A folder with what makes it a project: a settings file, a migrations directory, or both."""

    root: Path
    file: Path | None
    is_project: bool


def find(folder: Path) -> Project:
    """The nearest project at or above `folder`.

    A folder is one when it holds pgmig.toml, a pyproject.toml with [tool.pgmig], or a migrations
    directory with scripts. The search ends at the top of a git repository. Failing all that, a
    migrations directory in `folder` itself counts, whatever is in it.

    Raises:
        SettingsInvalid: one folder has both settings files.
        SettingsUnreadable: a pyproject.toml that mentions pgmig is not TOML.
    """
    for place in (folder, *folder.parents):
        file = _settings_file(place)
        if file is not None or _holds_scripts(place / "migrations"):
            return Project(place, file, is_project=True)
        if (place / ".git").exists():
            break
    return Project(folder, None, is_project=(folder / "migrations").exists())


def read(path: Path) -> SettingsFile:
    """The settings of a file, every key known and of its type.

    Raises:
        SettingsUnreadable: the file is missing, not UTF-8 or not TOML.
        SettingsInvalid: a key is unknown or has another type, or [tool.pgmig] is missing.
    """
    content = _toml(path)
    prefix = ""
    if path.name == PYPROJECT:
        prefix = "tool.pgmig."
        tool = _table(path, "tool", content.get("tool", {}))
        if "pgmig" not in tool:
            raise SettingsInvalid(path=str(path), reason="there is no table [tool.pgmig]")
        content = _table(path, "tool.pgmig", tool["pgmig"])
    server, ignore = content.pop("server", {}), content.pop("ignore", {})
    lint = content.pop("lint", {})
    seeds = dict(_table(path, f"{prefix}seeds", content.pop("seeds", {})))
    tables = _table(path, f"{prefix}seeds.tables", seeds.pop("tables", {}))
    seeding = _struct(path, f"{prefix}seeds.", seeds, SeedsTable, also=("tables",))
    envs = _table(path, f"{prefix}env", content.pop("env", {}))
    return SettingsFile(
        top=_choices(path, prefix, content, also=("env", "ignore", "lint", "seeds", "server")),
        env={name: _choices(path, f"{prefix}env.{name}.", table) for name, table in envs.items()},
        server=_struct(path, f"{prefix}server.", server, ServerTable),
        ignore=_struct(path, f"{prefix}ignore.", ignore, IgnoreTable),
        lint=_lint(path, f"{prefix}lint.", lint),
        seeds=seeding,
        rules=_rules(path, f"{prefix}seeds.tables", tables, seeding),
    )


def nearest(word: str, known: list[str]) -> str | None:
    """The known word most like `word`, when one is like it at all."""
    return next(iter(difflib.get_close_matches(word, known, n=1)), None)


def _choices(path: Path, prefix: str, value: object, *, also: tuple[str, ...] = ()) -> EnvTable:
    """The table `value`, its words known."""
    found = _struct(path, prefix, value, EnvTable, also=also)
    for key, known in (("allow", ALLOW), ("require", REQUIRE)):
        words: tuple[str, ...] | None = getattr(found, key)
        for word in words or ():
            if word not in known:
                near = nearest(word, list(known))
                hint = f"the nearest known one is {near}" if near else f"known: {', '.join(known)}"
                reason = f"{prefix}{key}: unknown word {word}; {hint}"
                raise SettingsInvalid(path=str(path), reason=reason)
    return found


_S = TypeVar("_S", bound=msgspec.Struct)


def _struct(
    path: Path, prefix: str, value: object, kind: type[_S], *, also: tuple[str, ...] = ()
) -> _S:
    """The table `value` as a `kind`; `also` are words to suggest beside its fields."""
    fields = kind.__struct_fields__
    table = _table(path, prefix.removesuffix("."), value)
    if isinstance(table.get("password_command"), str):
        reason = f'{prefix}password_command: no shell reads it: write ["PROGRAM", "ARGUMENT", ...]'
        raise SettingsInvalid(path=str(path), reason=reason)
    for key in table:
        if key not in fields:
            near = nearest(key, [*fields, *also])
            hint = f"; the nearest known one is {near}" if near else ""
            raise SettingsInvalid(path=str(path), reason=f"unknown key {prefix}{key}{hint}")
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        what, _, place = str(error).replace(" | null`", "`").partition(" - at ")
        key = place.strip("`").removeprefix("$.")
        reason = f"{prefix}{key}: {what[:1].lower()}{what[1:]}"
        raise SettingsInvalid(path=str(path), reason=reason) from None


def _lint(path: Path, prefix: str, value: object) -> LintTable:
    """The table [lint], each of its rules known."""
    table = _struct(path, prefix, value, LintTable)
    for name in table.rules:
        if name not in RULE_NAMES:
            near = nearest(name, sorted(RULE_NAMES))
            hint = f"; the nearest known one is {near}" if near else ""
            raise SettingsInvalid(path=str(path), reason=f"unknown rule {prefix}rules.{name}{hint}")
    return table


def _rules(path: Path, prefix: str, tables: dict[str, object], seeding: SeedsTable) -> Rules:
    """The rules of tables that have files of rows."""
    words = {
        name: _struct(path, f'{prefix}."{name}".', table, TableWords)
        for name, table in tables.items()
    }
    try:
        return parse_rules(words, missing=seeding.missing, triggers=seeding.triggers)
    except ValueError as error:
        raise SettingsInvalid(path=str(path), reason=f"{prefix}: {error}") from None


def _table(path: Path, key: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise SettingsInvalid(path=str(path), reason=f"{key} is not a table")
    return cast("dict[str, object]", value)


def _settings_file(folder: Path) -> Path | None:
    own, shared = folder / FILE_NAME, folder / PYPROJECT
    if not (shared.is_file() and _has_table(shared)):
        return own if own.is_file() else None
    if own.is_file():
        reason = f"{PYPROJECT} beside it has a table [tool.pgmig]: keep one of the two"
        raise SettingsInvalid(path=str(own), reason=reason)
    return shared


def _has_table(path: Path) -> bool:
    """Whether a pyproject.toml has [tool.pgmig]; one that does not say the word is not parsed."""
    try:
        if b"pgmig" not in path.read_bytes():
            return False
    except OSError:
        return False
    tool = _toml(path).get("tool")
    return isinstance(tool, dict) and "pgmig" in tool


def _holds_scripts(directory: Path) -> bool:
    """Whether the folder is pgmig's: another tool's `migrations` must not be taken for it."""
    try:
        names = [entry.name for entry in directory.iterdir()]
    except OSError:
        return False
    return any(name == "pgmig.sum" or name.endswith(".up.sql") for name in names)


def _toml(path: Path) -> dict[str, object]:
    try:
        # Loads tomllib now, not with this module: many projects have no file.
        table: dict[str, object] = msgspec.toml.decode(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or str(error)
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 (byte {error.start + 1})"
    except msgspec.DecodeError as error:
        reason = f"not TOML: {error}"
    else:
        return table
    raise SettingsUnreadable(path=str(path), reason=reason)
