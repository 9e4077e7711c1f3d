"""A database, read into a Snapshot in one transaction, one query a kind."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial

from pgmig.catalog import roles
from pgmig.catalog.addresses import Addresses
from pgmig.catalog.ahead import Fetch, ahead, alone
from pgmig.catalog.annotations import annotations
from pgmig.catalog.columns import Columns
from pgmig.catalog.edges import read_edges
from pgmig.catalog.outside import outside
from pgmig.catalog.rows import Made, objects, queries_of
from pgmig.catalog.scope import ALL, Scope, narrowed
from pgmig.catalog.unmodelled import made_rows, unmodelled
from pgmig.db import Connection, reading
from pgmig.kinds import KINDS
from pgmig.kinds.role import ROLE
from pgmig.model import (
    AnyKind,
    EdgeRow,
    Edges,
    ObjectKey,
    Record,
    Snapshot,
    roles_named,
    uncollected,
)

logger = logging.getLogger(__name__)

# Objects made by initdb that a database can alter or drop: public, plpgsql and its language.
_MADE_BY_INITDB = frozenset({"pg_namespace", "pg_extension", "pg_language"})


# From so many relations on a second session saves more time than it takes.
_MANY = 12_000

Progress = Callable[[str, int, int], None]
"""Told the kind that is read next, how many were read, and how many there are."""


def _no_progress(_kind: str, _done: int, _total: int, /) -> None:
    return None


def read(
    conn: Connection,
    *,
    with_roles: bool = False,
    scope: Scope = ALL,
    second: Callable[[], Connection] | None = None,
    on_progress: Progress = _no_progress,
    is_lazy: bool = False,
    like: Made | None = None,
) -> Snapshot:
    """Every object of the database that pgmig models, the edges between, and what it does not.

    Takes no locks beyond those of the catalog functions and needs no privileges on the objects.

    Args:
        conn: a session in the database.
        with_roles: add the roles that the objects name, which are the cluster's.
        scope: what of it counts.
        second: opens another session in the same database, to read a large one faster.
        on_progress: told what is read next.
        is_lazy: leave the edges until they are asked for. The caller began `db.reading`, and asks
            before it ends.
        like: what was made of another database that this one may be alike.

    Raises:
        ReadFailed: the server refused a query.
    """
    version = conn.info.server_version
    with reading(conn), uncollected():
        addresses, columns, known = Addresses(), Columns(conn), like or Made()
        said, made = annotations(conn), made_rows(conn)
        kinds = [kind for kind in KINDS if _may_exist(kind, made)]
        found: dict[ObjectKey, Record] = {}
        with _session(conn, second, made, kinds) as ask:
            for done, kind in enumerate(kinds):
                on_progress(kind.name, done, len(kinds))
                for oid, key, record in objects(ask, kind, version, said, columns, known):
                    if key in found:
                        message = f"two objects have the key {key}"
                        raise RuntimeError(message)
                    found[key] = record
                    addresses.add(kind.classid, oid, key)
        on_progress("dependencies", len(kinds), len(kinds))
        keys = sorted(found)
        depends = Edges(keys, ask=partial(_edges, conn, addresses, columns, keys))
        besides = unmodelled(conn, made, addresses)
        of_cluster = dict[ObjectKey, Record]()
        if with_roles:
            of_cluster = roles.named(conn, roles_named(Snapshot(version, found)))
            depends = Edges.of((*depends, *roles.grantor_edges(of_cluster)))
            found |= of_cluster
        around = outside(conn, [key.name for key in of_cluster if key.kind == ROLE.name])
        if not is_lazy:
            _ = depends.rows
    logger.debug("read %d objects", len(found))
    whole = Snapshot(
        server_version=version,
        objects={key: found[key] for key in (sorted(found) if of_cluster else keys)},
        depends=depends,
        unmodelled=besides,
        outside=around,
    )
    return narrowed(whole, scope)


def _edges(
    conn: Connection, addresses: Addresses, columns: Columns, keys: Sequence[ObjectKey]
) -> Sequence[EdgeRow]:
    with uncollected():
        return read_edges(conn, addresses, columns, keys)


def _session(
    conn: Connection,
    second: Callable[[], Connection] | None,
    made: Mapping[str, Sequence[int]],
    kinds: Sequence[AnyKind],
) -> AbstractContextManager[Fetch]:
    """One session or two, as the size of the database asks for."""
    if second is None or len(made["pg_class"]) < _MANY:
        return alone(conn)
    version = conn.info.server_version
    return ahead(conn, second, (text for kind in kinds for text in queries_of(kind, version)))


def _may_exist(kind: AnyKind, made: Mapping[str, Sequence[int]]) -> bool:
    """Whether to ask for a kind: a trip to the server is spared where its catalog has no rows."""
    return kind.classid in _MADE_BY_INITDB or kind.classid not in made or bool(made[kind.classid])
