"""ALTER DEFAULT PRIVILEGES: pg_default_acl.

They are made last: objects that come after them would be born with privileges that their records
do not have. Those of the role that runs a script do so to every object, before and after: what
they may bestow is taken back (ddl/bestowed.py).
"""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.model import (
    Bestowal,
    Kind,
    ObjectKey,
    Privilege,
    Record,
    Statement,
    altered,
    with_neutral_grants,
)

# Of all schemas, defaclacl is the whole ACL of a new object; of one schema, what is added to that
# (manual, pg_default_acl): acldefault(NULL, role) is NULL, which has no entries.
QUERY: LiteralString = (
    """
SELECT d.oid, coalesce(n.nspname, '') AS schema, pg_get_userbyid(d.defaclrole) AS owner,
       CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences'
                            WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
                            WHEN 'n' THEN 'schemas' WHEN 'L' THEN 'large objects' END AS objects,
       """
    + fragments.privileges(
        "d.defaclacl",
        "CASE WHEN n.oid IS NULL THEN CASE d.defaclobjtype WHEN 'S' THEN 's' "
        "ELSE d.defaclobjtype END END",
        "d.defaclrole",
    )
    + """ AS privileges
  FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
 WHERE (d.defaclnamespace = 0 OR """
    + fragments.is_ours("d.defaclnamespace")
    + ") AND "
    + fragments.is_no_member("pg_default_acl", "d.oid")
)


class DefaultPrivileges(Record, frozen=True, kw_only=True):
    """What the objects of one sort that a role will make are born with."""

    schema: str = ""  # "": in every schema
    owner: str  # who makes the objects
    objects: str  # tables, sequences, functions, types, schemas, large objects
    privileges: tuple[Privilege, ...]


def _key(record: DefaultPrivileges) -> ObjectKey:
    return DEFAULT_PRIVILEGES.key(record)


def _key_name(record: DefaultPrivileges) -> str:
    return f"{ddl.ident_text(record.owner)} on {record.objects}"


def _change(old: DefaultPrivileges, new: DefaultPrivileges) -> Sequence[Statement]:
    where = ddl.clause("IN SCHEMA", ddl.ident(new.schema)) if new.schema else None
    return ddl.privilege_change(
        _key(new),
        new.objects.upper(),
        "",
        old.privileges,
        new.privileges,
        owned_by=new.owner,
        prefix=ddl.clause("ALTER DEFAULT PRIVILEGES FOR ROLE", ddl.ident(new.owner), where),
        keeps_own=not new.schema,
    )


def _none(record: DefaultPrivileges) -> DefaultPrivileges:
    return DefaultPrivileges(
        schema=record.schema, owner=record.owner, objects=record.objects, privileges=()
    )


def _create(record: DefaultPrivileges) -> Sequence[Statement]:
    return _change(_none(record), record)


def _drop(record: DefaultPrivileges) -> Sequence[Statement]:
    return _change(record, _none(record))


_SORTS = {
    "tables": "r",
    "sequences": "S",
    "functions": "f",
    "types": "T",
    "schemas": "n",
    "large objects": "L",
}


def _bestows(record: DefaultPrivileges) -> tuple[Bestowal, ...]:
    return (Bestowal(_SORTS[record.objects], record.schema, record.privileges),)


def _neutral(record: DefaultPrivileges, major: int) -> DefaultPrivileges | None:
    return with_neutral_grants(record, major) if record.objects == "tables" else record


DEFAULT_PRIVILEGES = Kind(
    name="default privileges",
    record=DefaultPrivileges,
    classid="pg_default_acl",
    query=QUERY,
    create=_create,
    drop=_drop,
    identity=("schema", "owner", "objects"),
    key_name=_key_name,
    fields=(altered("privileges", by=_change),),
    bestows=_bestows,
    neutral=_neutral,
)
