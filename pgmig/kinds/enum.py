"""CREATE TYPE AS ENUM: pg_type of typtype e, with pg_enum."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Privilege, Record, Statement, unplanned

QUERY: LiteralString = (
    """
SELECT t.oid, n.nspname AS schema, t.typname AS name, pg_get_userbyid(t.typowner) AS owner,
       ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid
              ORDER BY e.enumsortorder) AS labels,
       """
    + fragments.privileges("t.typacl", "'T'", "t.typowner")
    + """ AS privileges,
       """
    + fragments.comment("pg_type", "t.oid")
    + """ AS comment
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
    labels: tuple[str, ...]  # in their sort order
    privileges: tuple[Privilege, ...] | None = None
    comment: str | None = None


def _key(record: Enum) -> ObjectKey:
    return ENUM.key(record)


def _name(record: Enum) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("TYPE", _name, _key, grants_on="TYPE")


def _create(record: Enum) -> Sequence[Statement]:
    labels = ddl.commas(ddl.literal(label) for label in record.labels)
    made = ddl.statement(_key(record), "CREATE TYPE", _name(record), "AS ENUM", labels)
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
    fields=(unplanned("labels"), *CARRIED.rows()),
)
