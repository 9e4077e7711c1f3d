"""CREATE USER MAPPING: pg_user_mappings, without its options, which hold passwords.

They are never read. `catalog` names the mappings that have options as outside the schema: what
makes a mapping elsewhere has to be given them there.
"""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.model import Hazard, Kind, ObjectKey, Record, Statement

# pg_user_mapping itself is closed to most roles (catalog.md 5).
QUERY: LiteralString = """
SELECT m.umid AS oid, m.usename AS role, m.srvname AS server
  FROM pg_user_mappings m
 WHERE """ + fragments.is_no_member("pg_user_mapping", "m.umid")


class UserMapping(Record, frozen=True, kw_only=True):
    """That a role has an account on a foreign server."""

    role: str  # "public" is PUBLIC: no role can have that name
    server: str


def _key(record: UserMapping) -> ObjectKey:
    return USER_MAPPING.key(record)


def _role(record: UserMapping) -> str:
    return "PUBLIC" if record.role == "public" else ddl.ident_text(record.role)


def _key_name(record: UserMapping) -> str:
    return f"{_role(record)} on server {ddl.ident_text(record.server)}"


def _name(record: UserMapping) -> "ddl.Node":
    return ddl.clause("FOR", _role(record), "SERVER", ddl.ident(record.server))


def _create(record: UserMapping) -> Sequence[Statement]:
    return (ddl.statement(_key(record), "CREATE USER MAPPING", _name(record)),)


def _drop(record: UserMapping) -> Sequence[Statement]:
    key = _key(record)
    lost = Hazard("data-loss", key, "its options, a password among them, are in no snapshot")
    return (ddl.statement(key, "DROP USER MAPPING", _name(record), hazards=(lost,)),)


USER_MAPPING = Kind(
    name="user mapping",
    record=UserMapping,
    classid="pg_user_mapping",
    query=QUERY,
    create=_create,
    drop=_drop,
    identity=("role", "server"),
    key_name=_key_name,
    fields=(),
)
