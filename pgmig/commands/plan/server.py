"""What the target's server says of itself: what follows it, its extensions, its room."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString

from pgmig.commands.plan.asking import Asker
from pgmig.commands.plan.values import PlannedScript, Replica, Room, Slot, TableFacts
from pgmig.db.execute import compose

_REPLICAS: LiteralString = """
SELECT coalesce(nullif(r.application_name, ''), r.client_addr::text, 'a standby'),
    coalesce(s.slot_type = 'logical', false),
    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn)::bigint,
    pg_catalog.date_part('epoch', r.replay_lag)
FROM pg_catalog.pg_stat_replication r
LEFT JOIN pg_catalog.pg_replication_slots s ON s.active_pid = r.pid ORDER BY 1
"""
_SLOTS: LiteralString = """
SELECT slot_name::text, active,
    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn)::bigint, safe_wal_size
FROM pg_catalog.pg_replication_slots WHERE restart_lsn IS NOT NULL AND NOT temporary ORDER BY 1
"""
_NAMES: LiteralString = """
SELECT name::text FROM pg_catalog.pg_available_extensions
"""
_EXTENSIONS: LiteralString = """
SELECT e.name::text, e.default_version, coalesce(e.installed_version, ''),
    ARRAY(SELECT v.version FROM pg_catalog.pg_available_extension_versions v WHERE v.name = e.name),
    ARRAY(SELECT p.target FROM pg_catalog.pg_extension_update_paths(e.name) p
        WHERE p.source = e.installed_version AND p.path IS NOT NULL)
FROM pg_catalog.pg_available_extensions e WHERE e.name = ANY ({names}::name[])
"""
_PRELOADED: LiteralString = """
SELECT pg_catalog.current_setting('shared_preload_libraries')
"""
_PLACES: LiteralString = """
SELECT pg_catalog.current_setting('data_directory'), ARRAY(SELECT ARRAY[t.spcname::text,
    pg_catalog.pg_tablespace_location(t.oid)] FROM pg_catalog.pg_tablespace t
    WHERE t.spcname <> 'pg_global'), (SELECT t.spcname::text FROM pg_catalog.pg_database d
    JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace
    WHERE d.datname = pg_catalog.current_database())
"""


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension that the target's server has the files of.

    Attributes:
        name: its own.
        default: the version that CREATE EXTENSION makes.
        installed: the version that the target has; "" when it has none.
        versions: that can be made.
        updates: versions to which there is a way from the one that the target has.
    """

    name: str
    default: str
    installed: str
    versions: frozenset[str]
    updates: frozenset[str]


@dataclass(frozen=True, slots=True)
class Extensions:
    """What the target's server has of extensions.

    Attributes:
        names: of all that it has the files of.
        known: more of those that scripts make or update, by name.
        preloaded: libraries that it has loaded; None where the role may not know.
    """

    names: frozenset[str] = frozenset()
    known: Mapping[str, Extension] = field(default_factory=dict[str, Extension])
    preloaded: frozenset[str] | None = None


def read_replicas(asker: Asker) -> tuple[Replica, ...]:
    """What follows the target."""
    found = asker.ask(_REPLICAS)
    return tuple(
        Replica(
            name=name,
            kind="subscriber" if is_logical else "standby",
            bytes=size,
            seconds=None if age is None else float(age),
        )
        for name, is_logical, size, age in found.rows
    )


def read_slots(asker: Asker) -> tuple[Slot, ...]:
    """What WAL is kept for."""
    return tuple(
        Slot(name=name, is_active=is_active, bytes=max(size or 0, 0), limit=limit)
        for name, is_active, size, limit in asker.ask(_SLOTS).rows
    )


def read_extensions(asker: Asker, names: Iterable[str]) -> Extensions:
    """What the target's server has of extensions; most of those of these names."""
    query = compose(asker.conn, _EXTENSIONS, names=sorted(names))
    known = {
        name: Extension(name, default or "", installed, frozenset(versions), frozenset(updates))
        for name, default, installed, versions, updates in asker.ask(query).rows
    }
    loaded = asker.ask(_PRELOADED)
    return Extensions(
        names=frozenset(name for (name,) in asker.ask(_NAMES).rows),
        known=known,
        preloaded=None if loaded.fault else frozenset(_listed(str(loaded.rows[0][0]))),
    )


def _listed(setting: str) -> Iterable[str]:
    return (each.strip().strip('"') for each in setting.split(","))


def read_rooms(
    asker: Asker, scripts: Sequence[PlannedScript], tables: Mapping[str, TableFacts]
) -> tuple[Room, ...]:
    """What rewrites need in each tablespace, and what is free there if the server is right here."""
    needed = dict[str, int]()
    for script in scripts:
        taken = dict[str, int]()
        for statement in script.statements:
            own = dict[str, int]()
            for name in {*statement.rewrites} & tables.keys():
                place = tables[name].tablespace
                own[place] = own.get(place, 0) + tables[name].whole
            for place, size in own.items():  # what is replaced stays until its transaction ends
                before = taken.get(place, 0)
                taken[place] = before + size if script.is_transactional else max(before, size)
        for place, size in taken.items():
            needed[place] = max(needed.get(place, 0), size)
    wanted = {place: size for place, size in needed.items() if size}
    free = _free(asker) if wanted else {}
    return tuple(
        Room(tablespace=place, needed=size, free=free.get(place))
        for place, size in sorted(wanted.items())
    )


def _free(asker: Asker) -> dict[str, int]:
    """Bytes that are free for each tablespace, where its folder is on this machine.

    A socket is; whose it is tells that the folder is not another server's of the same path.
    """
    info = asker.conn.info
    socket = Path(info.host) / f".s.PGSQL.{info.port}"
    found = asker.ask(_PLACES) if info.host.startswith("/") else None
    free = dict[str, int]()
    for data, places, own in found.rows if found else ():
        for name, location in [("", dict(places).get(own)), *places]:
            folder = Path(location or data)
            try:
                if folder.stat().st_uid == socket.stat().st_uid:
                    room = os.statvfs(folder)
                    free[name] = room.f_bavail * room.f_frsize
            except OSError:  # of a container, or closed to this user: not known
                continue
    return free
