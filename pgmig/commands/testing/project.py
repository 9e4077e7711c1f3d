"""The project whose databases tests get: its scripts, its files of rows, and what they add up to.

Nothing here names the target. The settings are read as if `url`, DATABASE_URL and PGMIG_ENV were
not there, so that no test can run on a database that somebody works with.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import msgspec

import pgmig
from pgmig import scripts
from pgmig.commands.choice import Flags
from pgmig.commands.settings import Settings, resolve
from pgmig.commands.testing.server import Server
from pgmig.errors import DirectoryEmpty, NoTestProject, NoTestVersion, SeedsUnreadable
from pgmig.scripts import Directory, Script
from pgmig.scripts.squashed import checkpoint_of, reaching
from pgmig.seeds.files import SeedFile, find

_PREFIX = "pgmig_test_template_"

_FORMAT = 1  # counts the ways to make a database of the same files


@dataclass(frozen=True, slots=True)
class Project:
    """What is in the folder of a project.

    Attributes:
        settings: without a target.
        found: its scripts.
        seeds: its files of rows, those of `seeds_env` behind the others.
        seeds_env: the environment whose rows come on top; None: none.
    """

    settings: Settings
    found: Directory
    seeds: tuple[SeedFile, ...] = ()
    seeds_env: str | None = None

    @property
    def newest(self) -> int:
        """The version of the last script."""
        return self.found.scripts[-1].version

    def recipe(self, version: int | None = None, *, is_seeded: bool = True) -> "Recipe":
        """How a database of a version is made; the files of rows fit the newest alone.

        Args:
            version: None: the newest; 0: an empty database.
            is_seeded: with the rows of the files, where `version` is None.

        Raises:
            NoTestVersion: no script has this version.
            OriginalsMissing, BadScript: as `scripts.squashed.reaching`.
        """
        if version is None:
            return Recipe(self, self.found, self.newest, is_seeded=is_seeded and bool(self.seeds))
        directory = reaching(self.found, version)
        versions = [each.version for each in directory.scripts]
        if version and version not in versions:
            known = f"{versions[0]} to {versions[-1]}"
            raise NoTestVersion(version=version, where=str(directory.path), known=known)
        return Recipe(self, directory, version, is_seeded=False)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a template is made of.

    Attributes:
        project: whose.
        directory: with the scripts, a checkpoint opened where the version needs it.
        version: of the last that is applied; 0: none is.
        is_seeded: with the rows of the files.
    """

    project: Project
    directory: Directory
    version: int
    is_seeded: bool

    @property
    def scripts(self) -> tuple[Script, ...]:
        """Those that are applied."""
        return tuple(each for each in self.directory.scripts if each.version <= self.version)

    @property
    def owner(self) -> str | None:
        """The role that the settings name to work as; None: the one that logs in."""
        return self.project.settings.role

    def bare(self) -> "Recipe":
        """The same without rows of files."""
        return Recipe(self.project, self.directory, self.version, is_seeded=False)

    def again(self) -> "Recipe":
        """The same of the files as they are now.

        Raises:
            UsageError: as `open_project`.
        """
        settings = self.project.settings
        found = scripts.read(settings.migrations)
        seeds = find(settings.seeds, self.project.seeds_env)
        project = replace(self.project, found=found, seeds=seeds)
        return replace(self, project=project, directory=reaching(found, self.version))

    def name(self, server: Server) -> str:
        """Of its template on this server."""
        names = self.names(server)
        return self._seeded(names[-1]) if self.is_seeded else names[-1]

    def names(self, server: Server) -> list[str]:
        """Of the templates without rows after each script, the empty database's first."""
        settings = self.project.settings
        start = (_FORMAT, pgmig.__version__, server.major, server.user, settings.role)
        digest = sha256(repr(start).encode())
        found = [_named(digest.hexdigest())]
        for script in self.scripts:
            down = script.down.checksum if script.down else "-"
            digest.update(f"\n{script.label} {script.up.checksum} {down}".encode())
            found.append(_named(digest.hexdigest()))
        return found

    def has_steps(self) -> bool:
        """Whether a template of the first scripts is a way to one of more."""
        return checkpoint_of(self.directory) is None

    def _seeded(self, name: str) -> str:
        digest = sha256(name.encode())
        digest.update(msgspec.json.encode(str(self.project.settings.seed_rules)))
        for part in _contents(self.project.seeds):
            digest.update(part)
        return _named(digest.hexdigest())


def open_project(
    folder: Path, *, seeds_env: str | None = None, environ: Mapping[str, str] | None = None
) -> Project:
    """The project in `folder` or above it.

    Raises:
        NoTestProject: there is none.
        DirectoryMissing, DirectoryEmpty: it has no scripts.
        UsageError: its settings, scripts or files of rows cannot be read.
    """
    settings = settings_of(folder, environ=environ)
    if not settings.is_project:
        raise NoTestProject(folder=str(folder))
    found = scripts.read(settings.migrations)
    if not found.scripts:
        raise DirectoryEmpty(path=settings.migrations)
    if seeds_env is not None and not (settings.seeds / seeds_env).is_dir():
        raise SeedsUnreadable(path=settings.seeds / seeds_env, reason="there is no such folder")
    return Project(settings, found, find(settings.seeds, seeds_env), seeds_env)


def settings_of(folder: Path, *, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of the project in `folder`, without its target.

    Raises:
        UsageError: as `settings.resolve`.
    """
    here = os.environ if environ is None else environ
    return resolve(Flags(), environ={**here, "PGMIG_ENV": ""}, folder=folder, is_targeted=False)


def _named(digest: str) -> str:
    return f"{_PREFIX}{digest[:32]}"


def _contents(files: tuple[SeedFile, ...]) -> Iterator[bytes]:
    for file in files:
        try:
            content = file.path.read_bytes()
        except OSError as error:
            reason = error.strerror or str(error)
            raise SeedsUnreadable(path=file.path, reason=reason) from None
        yield f"\n{file.env} {file.path.name} {len(content)} ".encode()
        yield sha256(content).digest()
