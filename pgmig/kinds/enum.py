"""CREATE TYPE AS ENUM: pg_type of typtype e, with pg_enum."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, Label, ObjectKey, Privilege, Record, Statement, unplanned

QUERY: LiteralString = (
    """
SELECT t.oid, n.nspname AS schema, t.typname AS name, pg_get_userbyid(t.typowner) AS owner,
       ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid
              ORDER BY e.enumsortorder) AS values,
       """
    + fragments.privileges("t.typacl", "'T'", "t.typowner")
    + """ AS privileges
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype = 'e' AND """
    + fragments.is_ours("t.typnamespace")
    + " AND "
    + fragments.is_no_member("pg_type", "t.oid")
)


class Enum(Record, frozen=True, kw_only=True):
    """An enumerated type."""

    schema: str
    name: str
    owner: str
    values: tuple[str, ...]  # in their sort order
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: Enum) -> ObjectKey:
    return ENUM.key(record)


def _name(record: Enum) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("TYPE", _name, _key, grants_on="TYPE", has_labels=True)


def _create(record: Enum) -> Sequence[Statement]:
    values = ddl.commas(ddl.literal(value) for value in record.values)
    made = ddl.statement(_key(record), "CREATE TYPE", _name(record), "AS ENUM", values)
    return (made, *CARRIED.made(record))


def _drop(record: Enum) -> Sequence[Statement]:
    return ddl.drop(_key(record), "TYPE", _name(record))


ENUM = Kind(
    name="enum",
    record=Enum,
    classid="pg_type",
    query=QUERY,
    create=_create,
    drop=_drop,
    fields=(unplanned("values"), *CARRIED.rows()),
)
