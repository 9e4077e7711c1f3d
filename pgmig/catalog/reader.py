"""A database, read into a Snapshot in one transaction, one query a kind."""

import logging
from collections.abc import Mapping, Sequence

from pgmig.catalog import roles
from pgmig.catalog.addresses import Addresses
from pgmig.catalog.annotations import annotations
from pgmig.catalog.columns import Columns
from pgmig.catalog.edges import read_edges
from pgmig.catalog.outside import outside
from pgmig.catalog.rows import objects
from pgmig.catalog.scope import ALL, Scope, narrowed
from pgmig.catalog.unmodelled import made_rows, unmodelled
from pgmig.db import Connection, reading
from pgmig.kinds import KINDS
from pgmig.kinds.role import ROLE
from pgmig.model import AnyKind, Edges, ObjectKey, Record, Snapshot, roles_named, uncollected

logger = logging.getLogger(__name__)

# Objects made by initdb that a database can alter or drop: public, plpgsql and its language.
_MADE_BY_INITDB = frozenset({"pg_namespace", "pg_extension", "pg_language"})


def read(conn: Connection, *, with_roles: bool = False, scope: Scope = ALL) -> Snapshot:
    """Every object of the database that pgmig models, the edges between, and what it does not.

    Takes no locks beyond those of the catalog functions and needs no privileges on the objects.

    Args:
        conn: a session in the database.
        with_roles: add the roles that the objects name, which are the cluster's.
        scope: what of it counts.

    Raises:
        ReadFailed: the server refused a query.
    """
    version = conn.info.server_version
    with reading(conn), uncollected():
        found: dict[ObjectKey, Record] = {}
        addresses, columns = Addresses(), Columns(conn)
        said, made = annotations(conn), made_rows(conn)
        for kind in (each for each in KINDS if _may_exist(each, made)):
            for oid, record in objects(conn, kind, version, said, columns):
                key = kind.key(record)
                if key in found:
                    message = f"two objects have the key {key}"
                    raise RuntimeError(message)
                found[key] = record
                addresses.add(kind.classid, oid, key)
        addresses.add_parts(conn)
        keys = sorted(found)
        depends = read_edges(conn, addresses, columns, keys)
        besides = unmodelled(conn, made, addresses)
        of_cluster = dict[ObjectKey, Record]()
        if with_roles:
            of_cluster = roles.named(conn, roles_named(Snapshot(version, found)))
            depends = Edges.of((*depends, *roles.grantor_edges(of_cluster)))
            found |= of_cluster
        around = outside(conn, [key.name for key in of_cluster if key.kind == ROLE.name])
    logger.debug("read %d objects and %d edges", len(found), len(depends))
    whole = Snapshot(
        server_version=version,
        objects={key: found[key] for key in sorted(found)},
        depends=depends,
        unmodelled=besides,
        outside=around,
    )
    return narrowed(whole, scope)


def _may_exist(kind: AnyKind, made: Mapping[str, Sequence[int]]) -> bool:
    """Whether to ask for a kind: a trip to the server is spared where its catalog has no rows."""
    return kind.classid in _MADE_BY_INITDB or kind.classid not in made or bool(made[kind.classid])
