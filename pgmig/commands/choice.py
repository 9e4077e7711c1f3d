"""What the flags, the environment and the settings file say, and which of them wins.

Nothing here knows a database: what only looks at scripts starts without its driver.
"""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from pgmig.commands import project
from pgmig.commands.duration import milliseconds
from pgmig.commands.environment import Environment
from pgmig.commands.protection import Rule
from pgmig.errors import EnvTableMissing, EnvUnclear, FlagEmpty, OutsideProject

logger = logging.getLogger(__name__)


class Flags(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says; None where it says nothing."""

    url: str | None = None
    shadow_url: str | None = None
    config: str | None = None
    env: str | None = None
    migrations: str | None = None
    lock_timeout: str | None = None
    runner_timeout: str | None = None
    wait: str | None = None
    role: str | None = None


class Choice:
    """Picks each value by rank: flag, environment, [env.NAME], top level.

    Attributes:
        found: the project.
        written: its settings file, as it is read.
        path: of the settings file; "" without one.
        env: the environment, with the project's `.env` behind it.
        name: of the chosen table [env.NAME].
        table: the chosen one; an empty one when none is chosen.
        flags: what the command line says.
    """

    def __init__(self, flags: Flags, environ: Mapping[str, str], folder: Path) -> None:
        _require_values(flags)
        self.flags = flags
        self._folder = folder
        self.found = project.find(folder)
        if flags.config is not None:
            named = folder / flags.config
            self.found = project.Project(named.parent, named, is_project=True)
        dotenv = self.found.root / ".env"
        self.env = Environment(environ, dotenv if dotenv.is_file() else None)
        file = self.found.file
        self.written = project.read(file) if file else project.SettingsFile()
        self.path = str(file or "")
        self.name = flags.env or self.env.get("PGMIG_ENV")
        self.table = project.EnvTable()
        if self.name is not None:
            known = list(self.written.env)
            if self.name not in known:
                raise EnvTableMissing(name=self.name, path=self.path, known=known)
            self.table = self.written.env[self.name]
        logger.debug("settings of %s, file %s, env %s", self.found.root, file, self.name)

    @property
    def migrations(self) -> Path:
        """The directory of the scripts, whether it exists or not."""
        if self.flags.migrations is not None:
            return self._folder / self.flags.migrations
        return self.found.root / (self.text("migrations") or "migrations")

    @property
    def is_project(self) -> bool:
        """Whether a settings file or a migrations directory was found or named."""
        return self.found.is_project or self.flags.migrations is not None

    def directory(self) -> Path:
        """The migrations directory of the project.

        Raises:
            OutsideProject: neither a settings file nor a migrations directory was found.
        """
        if not self.is_project:
            raise OutsideProject(folder=str(self.found.root))
        return self.migrations

    def require_clear(self) -> None:
        """Refuse PGMIG_ENV set to nothing where tables have rules: none of them would hold."""
        tables = self.written.env.items()
        guarded = [name for name, table in tables if (table.allow, table.require) != (None, None)]
        if self.name is None and guarded and self.env.is_blank("PGMIG_ENV"):
            raise EnvUnclear(path=self.path, guarded=guarded)

    def text(self, key: str) -> str | None:
        """The file's value of `key`: the chosen table's, else the top level's."""
        chosen: str | None = getattr(self.table, key)
        top: str | None = getattr(self.written.top, key)
        return top if chosen is None else chosen

    def is_set(self, key: str) -> bool:
        """Whether the file says yes to `key`: the chosen table, else the top level."""
        chosen: bool | None = getattr(self.table, key)
        top: bool | None = getattr(self.written.top, key)
        return bool(top if chosen is None else chosen)

    def rule(self, key: str) -> Rule | None:
        """The words of `allow` or `require` with the table that they are in."""
        for table, name in self.tables():
            words: tuple[str, ...] | None = getattr(table, key)
            if words is not None:
                return Rule(frozenset(words), f"{self.path}, {name}")
        return None

    def tables(self) -> Iterator[tuple[project.EnvTable, str]]:
        """The tables that count, the first of them first, each as it is called."""
        if self.name is not None:
            yield self.table, f"[env.{self.name}]"
        yield self.written.top, "top level"

    def duration(self, key: str, default: str) -> int:
        """Milliseconds of the flag, the file or the default."""
        flag: str | None = getattr(self.flags, key)
        if flag is not None:
            return milliseconds(flag, where="--" + key.replace("_", "-"))
        return milliseconds(self.text(key) or default, where=f"{self.path}, {key}")


def _require_values(flags: Flags) -> None:
    """Refuse `--url "$NOT_SET"`: falling back would lead to another database."""
    for name in flags.__struct_fields__:
        if getattr(flags, name) == "":
            raise FlagEmpty(flag="--" + name.replace("_", "-"))
