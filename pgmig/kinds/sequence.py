"""CREATE SEQUENCE: pg_sequence; serial sequences too, identity sequences not (table.py)."""

from collections.abc import Sequence as Several
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Edge,
    Kind,
    Label,
    ObjectKey,
    Privilege,
    Record,
    Statement,
    unplanned,
)

# Identity sequences depend on their column with deptype i, owned ones with a (manual, pg_depend).
QUERY: LiteralString = (
    """
SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
       format_type(s.seqtypid, NULL) AS type, s.seqstart AS start, s.seqincrement AS increment,
       s.seqmin AS minimum, s.seqmax AS maximum, s.seqcache AS cache, s.seqcycle AS cycle,
       c.relpersistence = 'u' AS is_unlogged,
       CASE WHEN o.refobjid IS NOT NULL THEN ARRAY[tn.nspname::text, t.relname, a.attname] END
           AS owned_by,
       """
    + fragments.privileges("c.relacl", "'s'", "c.relowner")
    + """ AS privileges
  FROM pg_sequence s
  JOIN pg_class c ON c.oid = s.seqrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid
        AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
  LEFT JOIN pg_class t ON t.oid = o.refobjid
  LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
 WHERE o.deptype IS DISTINCT FROM 'i' AND c.relpersistence <> 't' AND """
    + fragments.is_ours("c.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "c.oid")
)


class Sequence(Record, frozen=True, kw_only=True):
    """A sequence that is an object of its own."""

    schema: str
    name: str
    owner: str
    type: str  # smallint, integer or bigint
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    is_unlogged: bool
    owned_by: tuple[str, str, str] | None = None  # schema, table, column
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: Sequence) -> ObjectKey:
    return SEQUENCE.key(record)


def _name(record: Sequence) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("SEQUENCE", _name, _key, grants_on="SEQUENCE", has_labels=True)


def _create(record: Sequence) -> Several[Statement]:
    key, name = _key(record), _name(record)
    options = ddl.sequence_options(
        type_=record.type,
        start=record.start,
        increment=record.increment,
        minimum=record.minimum,
        maximum=record.maximum,
        cache=record.cache,
        cycle=record.cycle,
    )
    subject = "CREATE UNLOGGED SEQUENCE" if record.is_unlogged else "CREATE SEQUENCE"
    type_ = f"AS {record.type}" if record.type != "bigint" else None
    return (
        ddl.statement(key, subject, name, type_, options),
        *CARRIED.made(record),
    )


def _set_owned_by(record: Sequence) -> Several[Statement]:
    if record.owned_by is None:
        return ()
    schema, table, column = record.owned_by
    target = ddl.raw(f"{ddl.qualified(schema, table)}.{ddl.ident_text(column)}")
    return (ddl.statement(_key(record), "ALTER SEQUENCE", _name(record), "OWNED BY", target),)


def _is_ownership(edge: Edge) -> bool:
    return edge.type == "a"


def _drop(record: Sequence) -> Several[Statement]:
    return ddl.drop(_key(record), "SEQUENCE", _name(record))


def _neutral(record: Sequence, _: int) -> Sequence | None:
    """From 15 the sequences of an unlogged table are unlogged too; before, none is."""
    return None if record.is_unlogged else record


SEQUENCE = Kind(
    name="sequence",
    record=Sequence,
    classid="pg_class",
    query=QUERY,
    create=_create,
    drop=_drop,
    finish=_set_owned_by,
    is_finish=_is_ownership,
    drops_with_owner=True,
    fields=(
        unplanned("type", "start", "increment", "minimum", "maximum", "cache", "cycle"),
        unplanned("is_unlogged", "owned_by"),
        *CARRIED.rows(),
    ),
    neutral=_neutral,
)
