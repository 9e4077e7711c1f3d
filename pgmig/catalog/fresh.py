"""What a database holds right after CREATE DATABASE ... TEMPLATE template0."""

from pgmig.db import Connection, fetch
from pgmig.kinds.extension import EXTENSION, Extension
from pgmig.kinds.schema import SCHEMA, Schema
from pgmig.model import Privilege, Snapshot


def fresh(conn: Connection) -> Snapshot:
    """The snapshot of a new database on the server of `conn`: schema public, language plpgsql.

    Until 14 the bootstrap superuser (OID 10) owns public and PUBLIC may create in it; from 15 the
    predefined role pg_database_owner does and PUBLIC may only use it (release notes of 15).
    """
    version = conn.info.server_version
    is_open = version < 150000
    ((bootstrap,),) = fetch(conn, "SELECT pg_catalog.pg_get_userbyid(10)")[1]
    owner = bootstrap if is_open else "pg_database_owner"
    public = Schema(
        name="public",
        owner=owner,
        privileges=tuple(
            Privilege(
                grantee="public",
                privilege=privilege,
                grantor=owner,
                is_grantable=False,
                is_held=True,
            )
            for privilege in (("CREATE", "USAGE") if is_open else ("USAGE",))
        ),
        comment="standard public schema",
    )
    plpgsql = Extension(name="plpgsql", in_schema="pg_catalog", version="1.0", comment=None)
    objects = {EXTENSION.key(plpgsql): plpgsql, SCHEMA.key(public): public}
    return Snapshot(server_version=version, objects={key: objects[key] for key in sorted(objects)})
