"""CREATE TRANSFORM: pg_transform."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement, altered

QUERY: LiteralString = """
SELECT t.oid, format_type(t.trftype, NULL) AS type, l.lanname AS language,
       CASE WHEN t.trffromsql <> 0 THEN t.trffromsql::regprocedure::text END AS from_sql,
       CASE WHEN t.trftosql <> 0 THEN t.trftosql::regprocedure::text END AS to_sql
  FROM pg_transform t
  JOIN pg_language l ON l.oid = t.trflang
 WHERE """ + fragments.is_no_member("pg_transform", "t.oid")


class Transform(Record, frozen=True, kw_only=True):
    """How a language takes and gives a type. Functions are as regprocedure prints them."""

    type: str
    language: str
    from_sql: str | None = None
    to_sql: str | None = None
    comment: str | None = None


def _key_name(record: Transform) -> str:
    return f"{record.type} LANGUAGE {record.language}"


def _key(record: Transform) -> ObjectKey:
    return TRANSFORM.key(record)


def _target(record: Transform) -> "ddl.Node":
    return ddl.raw(f"FOR {record.type} LANGUAGE {ddl.ident_text(record.language)}")


CARRIED = Carried("TRANSFORM", _target, _key, has_owner=False)


def _define(record: Transform, command: str) -> Statement:
    functions = [
        f"{direction} SQL WITH FUNCTION {function}"
        for direction, function in (("FROM", record.from_sql), ("TO", record.to_sql))
        if function is not None
    ]
    return ddl.statement(_key(record), command, _target(record), ddl.commas(functions))


def _create(record: Transform) -> Sequence[Statement]:
    return (_define(record, "CREATE TRANSFORM"), *CARRIED.made(record))


def _drop(record: Transform) -> Sequence[Statement]:
    return ddl.drop(_key(record), "TRANSFORM", _target(record))


def _redefine(_: Transform, new: Transform) -> Sequence[Statement]:
    return (_define(new, "CREATE OR REPLACE TRANSFORM"),)


TRANSFORM = Kind(
    name="transform",
    record=Transform,
    classid="pg_transform",
    query=QUERY,
    create=_create,
    drop=_drop,
    identity=("type", "language"),
    key_name=_key_name,
    fields=(
        altered("from_sql", "to_sql", by=_redefine),
        *CARRIED.rows(),
    ),
)
