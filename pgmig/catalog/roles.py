"""Roles of a cluster, as far as a schema names them, with the memberships between them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial

import msgspec

from pgmig.catalog.annotations import Annotations
from pgmig.catalog.columns import Columns
from pgmig.catalog.rows import Made, objects
from pgmig.db import Connection, fetch, reading
from pgmig.kinds import CLUSTER_KINDS
from pgmig.kinds.membership import Membership
from pgmig.kinds.role import Role
from pgmig.model import Edge, Edges, ObjectKey, Record, Snapshot

_NOTHING = Annotations({}, {})  # comments on roles are the cluster's, and in their query


def read_roles(conn: Connection, names: Iterable[str]) -> Snapshot:
    """Roles of these names and those they are in, as `named` gives them, without a database.

    What is set for them in the database of `conn` alone is left out.
    """
    with reading(conn):
        found = named(conn, names)
    kept = {
        key: msgspec.structs.replace(record, settings_here=None)
        if isinstance(record, Role)
        else record
        for key, record in found.items()
    }
    return Snapshot(
        server_version=conn.info.server_version,
        objects={key: kept[key] for key in sorted(kept)},
        depends=Edges.of(grantor_edges(kept)),
    )


def named(conn: Connection, names: Iterable[str]) -> dict[ObjectKey, Record]:
    """Roles of these names, the roles they are in, who put them there, and so on; memberships.

    The superuser that initdb made and predefined roles are in every cluster and no objects here.

    Args:
        conn: a session inside `db.reading`.
        names: where to begin.
    """
    version = conn.info.server_version
    found = {
        key: record
        for kind in CLUSTER_KINDS
        for _, key, record in objects(
            partial(fetch, conn), kind, version, _NOTHING, Columns(conn), Made()
        )
    }
    memberships = [each for each in found.values() if isinstance(each, Membership)]
    wanted, fresh = set[str](), {*names}
    while fresh:
        wanted |= fresh
        near = [each for each in memberships if each.member in fresh]
        fresh = {name for each in near for name in (each.role, each.grantor) if name} - wanted
    return {
        key: record
        for key, record in found.items()
        if (record.member if isinstance(record, Membership) else key.name) in wanted
    }


def grantor_edges(found: Mapping[ObjectKey, Record]) -> list[Edge]:
    """Each membership needs those that gave its grantor the admin option."""
    memberships = {key: each for key, each in found.items() if isinstance(each, Membership)}
    admins: dict[tuple[str, str | None], list[ObjectKey]] = defaultdict(list)
    for key, each in memberships.items():
        if each.has_admin_option:
            admins[each.role, each.member].append(key)
    return [
        Edge(source=key, target=admin)
        for key, each in memberships.items()
        for admin in admins[each.role, each.grantor]
    ]
