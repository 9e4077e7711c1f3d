"""CREATE TYPE AS (...): pg_class of relkind c with pg_attribute; row types of tables are theirs."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, Label, ObjectKey, Part, Privilege, Record, Statement, unplanned

QUERY: LiteralString = (
    """
SELECT t.oid, n.nspname AS schema, t.typname AS name, pg_get_userbyid(t.typowner) AS owner,
       """
    + fragments.privileges("t.typacl", "'T'", "t.typowner")
    + """ AS privileges
  FROM pg_type t
  JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE """
    + fragments.is_ours("t.typnamespace")
    + " AND "
    + fragments.is_no_member("pg_type", "t.oid")
)

ATTRIBUTES: LiteralString = (
    """
SELECT c.reltype AS oid, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       """
    + fragments.collation("a.attcollation", "t.typcollation")
    + """ AS collation,
       """
    + fragments.column_comment("a.attrelid", "a.attnum")
    + """ AS comment
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
 WHERE c.relkind = 'c' AND """
    + fragments.is_ours("c.relnamespace")
    + """
 ORDER BY c.oid, a.attnum"""
)


class Attribute(Record, frozen=True, kw_only=True):
    """An attribute of a composite type."""

    name: str
    type: str
    collation: str | None = None  # None: the type's own
    comment: str | None = None


class CompositeType(Record, frozen=True, kw_only=True):
    """A composite type that stands alone."""

    schema: str
    name: str
    owner: str
    attributes: tuple[Attribute, ...]
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: CompositeType) -> ObjectKey:
    return COMPOSITE_TYPE.key(record)


def _name(record: CompositeType) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("TYPE", _name, _key, grants_on="TYPE", has_labels=True)


def _attribute(attribute: Attribute) -> "ddl.Node":
    collation = f"COLLATE {attribute.collation}" if attribute.collation else None
    return ddl.clause(ddl.ident(attribute.name), attribute.type, collation)


def _create(record: CompositeType) -> Sequence[Statement]:
    key = _key(record)
    attributes = ddl.commas(_attribute(each) for each in record.attributes)
    statements = [ddl.statement(key, "CREATE TYPE", _name(record), "AS", attributes)]
    statements += CARRIED.made(record)
    for each in record.attributes:
        target = f"{ddl.qualified(record.schema, record.name)}.{ddl.ident_text(each.name)}"
        statements += ddl.comment(key, "COLUMN", target, each.comment)
    return statements


def _drop(record: CompositeType) -> Sequence[Statement]:
    return ddl.drop(_key(record), "TYPE", _name(record))


COMPOSITE_TYPE = Kind(
    name="composite type",
    record=CompositeType,
    classid="pg_type",
    query=QUERY,
    parts=(Part("attributes", Attribute, ATTRIBUTES),),
    create=_create,
    drop=_drop,
    fields=(unplanned("attributes"), *CARRIED.rows()),
)
