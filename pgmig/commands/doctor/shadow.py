"""Where scripts are proved: a server for shadow databases, pg_dump, extensions."""

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import LiteralString

from msgspec.structs import replace

from pgmig.commands.doctor.finding import Finding
from pgmig.commands.server import local
from pgmig.commands.settings import Settings
from pgmig.db import Connection, connect, describe
from pgmig.db.execute import fetch
from pgmig.errors import WitnessMissing
from pgmig.shadow.server import Binaries, find
from pgmig.shadow.witness import PgDump

_EXTENSIONS: LiteralString = """
SELECT extname::text FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql' ORDER BY 1
"""
_AVAILABLE: LiteralString = "SELECT name::text FROM pg_catalog.pg_available_extensions"

_MAKES: LiteralString = """
SELECT rolcreatedb OR rolsuper, rolname::text FROM pg_catalog.pg_roles WHERE rolname = current_user
"""

# The folder of the files that describe extensions, from the folder of the programs.
_SHARED = ("../share/extension", "../share/postgresql/extension")
_DEBIAN = "/usr/share/postgresql/{}/extension"


def shadow(
    settings: Settings, target: Connection | None, wanted: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """Whether scripts can be proved here as they will run there.

    Args:
        settings: of the project.
        target: a session on the target; None: there is none.
        wanted: the extensions that pending scripts make.
    """
    if settings.shadow_url:
        with closing(connect(settings.shadow_url)) as conn:
            yield from _remote(conn, target, wanted)
        return
    here = find(settings.server.bindir, settings.server.postgres)
    yield from _local(settings, here, target, wanted)


def _remote(
    conn: Connection, target: Connection | None, wanted: tuple[str, ...]
) -> Iterator[Finding]:
    major = conn.info.server_version // 10000
    yield from _fitting(f"shadow_url: PostgreSQL {major} at {describe(conn)}", major, target)
    ((may_create, role),) = fetch(conn, _MAKES)
    if not may_create:
        do = f'ALTER ROLE "{role}" CREATEDB'
        yield Finding("shadow", "wrong", f"{role} may not make databases on the shadow server", do)
    if target is None:
        return
    if _place(conn) == _place(target):
        yield Finding(
            "shadow",
            "careful",
            "shadow databases are made on the server of the target",
            "give it a server of its own: proofs take its time, its disk and its roles",
        )
    available = {str(name) for (name,) in fetch(conn, _AVAILABLE)}
    yield from _extensions(target, wanted, available)


def _place(conn: Connection) -> tuple[str, int]:
    return conn.info.host, conn.info.port


def _local(
    settings: Settings,
    here: Sequence[Binaries],
    target: Connection | None,
    wanted: tuple[str, ...],
) -> Iterator[Finding]:
    if not here:
        yield Finding(
            "shadow",
            "careful",
            "there is no PostgreSQL server on this machine: plan, diff, verify and drift need one",
            "install one, `pip install 'pgmig-engine[embedded]'`, or name a server with shadow_url",
        )
        return
    chosen = _chosen(settings, here, target)
    local(replace(settings.server, major=chosen.major)).status()  # refuses what cannot be run
    what = f"PostgreSQL {chosen.version} in {chosen.bindir}"
    yield from _fitting(what, chosen.major, target)
    yield from _witness(settings, here, target)
    if target is not None and (folder := _shared(chosen)) is not None:
        available = {path.name.removesuffix(".control") for path in folder.glob("*.control")}
        yield from _extensions(target, wanted, available)


def _chosen(settings: Settings, here: Sequence[Binaries], target: Connection | None) -> Binaries:
    """The installation that shadow databases are made with."""
    wanted = target.info.server_version // 10000 if target else settings.server.major
    fitting = [one for one in here if one.major == wanted]
    return fitting[0] if fitting else max(here, key=lambda one: one.major)


def _fitting(what: str, major: int, target: Connection | None) -> Iterator[Finding]:
    if target is None or target.info.server_version // 10000 == major:
        yield Finding("shadow", "ok", what)
        return
    wanted = target.info.server_version // 10000
    yield Finding(
        "shadow",
        "careful",
        f"{what}, and the target is PostgreSQL {wanted}: scripts are proved on another major",
        f"install PostgreSQL {wanted}, or name one with [server] postgres or shadow_url",
    )


def _witness(
    settings: Settings, here: Sequence[Binaries], target: Connection | None
) -> Iterator[Finding]:
    """Whether pg_dump is there, which reads no server that is newer than itself."""
    major = target.info.server_version // 10000 if target else settings.server.major
    try:
        found = PgDump(major or min(one.major for one in here), here)
    except WitnessMissing as error:
        yield Finding("pg_dump", "careful", error.what, error.do)
        return
    yield Finding("pg_dump", "ok", f"{found.major}, in {found.bindir}")


def _shared(chosen: Binaries) -> Path | None:
    """The folder of its files that describe extensions, where it is found."""
    folders = [chosen.bindir / each for each in _SHARED]
    folders.append(Path(_DEBIAN.format(chosen.major)))
    with suppress(OSError):
        return next((folder.resolve() for folder in folders if folder.is_dir()), None)
    return None


def _extensions(
    target: Connection, wanted: tuple[str, ...], available: set[str]
) -> Iterator[Finding]:
    """Whether scripts can be proved that use the extensions of the target, or make some."""
    needed = sorted({*wanted, *(str(name) for (name,) in fetch(target, _EXTENSIONS))})
    missing = [name for name in needed if name not in available]
    if missing:
        yield Finding(
            "extensions",
            "careful",
            f"the shadow server lacks extensions that scripts need: {', '.join(missing)}",
            "install them there, or name a server that has them with shadow_url",
        )
    elif needed:
        yield Finding("extensions", "ok", f"the shadow server has {', '.join(needed)}")
