"""CREATE EXTENSION: pg_extension; its members are not objects of their own.

An extension belongs to whoever runs CREATE EXTENSION: PostgreSQL has no statement that changes
its owner, so the record holds none.
"""

from collections.abc import Sequence
from itertools import takewhile
from typing import LiteralString

from pgmig import ddl
from pgmig.errors import ExtensionNotDowngraded
from pgmig.model import Kind, ObjectKey, Record, Statement, altered

# CREATE EXTENSION takes the comment from the control file, so only another one is a fact.
QUERY: LiteralString = """
SELECT e.oid, e.extname AS name, n.nspname AS in_schema, e.extversion AS version,
       CASE WHEN d.description IS DISTINCT FROM a.comment THEN coalesce(d.description, '') END
           AS comment
  FROM pg_extension e
  JOIN pg_namespace n ON n.oid = e.extnamespace
  LEFT JOIN pg_available_extensions a ON a.name = e.extname
  LEFT JOIN pg_description d ON d.classoid = 'pg_extension'::regclass AND d.objoid = e.oid
        AND d.objsubid = 0
"""


class Extension(Record, frozen=True, kw_only=True):
    """An installed extension."""

    name: str
    in_schema: str  # an extension's name is unique in its database: no part of the key
    version: str
    comment: str | None = None  # None: the control file's; "": removed


def _key(record: Extension) -> ObjectKey:
    return EXTENSION.key(record)


def _name(record: Extension) -> "ddl.Node":
    return ddl.ident(record.name)


def _create(record: Extension) -> Sequence[Statement]:
    # Without VERSION, as pg_dump does it: a version that the server lacks would be an error. The
    # server's default version shows as a difference when it is another.
    key, name = _key(record), _name(record)
    schema = ddl.ident(record.in_schema)
    return (
        ddl.statement(key, "CREATE EXTENSION", name, "WITH SCHEMA", schema),
        *ddl.comment(key, "EXTENSION", name, record.comment),
    )


def _drop(record: Extension) -> Sequence[Statement]:
    return ddl.drop(_key(record), "EXTENSION", _name(record))


def _set_schema(_: Extension, new: Extension) -> Sequence[Statement]:
    schema = ddl.ident(new.in_schema)
    return (ddl.statement(_key(new), "ALTER EXTENSION", _name(new), "SET SCHEMA", schema),)


def _update(old: Extension, new: Extension) -> Sequence[Statement]:
    if _place(new.version) < _place(old.version):
        raise ExtensionNotDowngraded(extension=new.name, old=old.version, new=new.version)
    version = ddl.literal(new.version)
    return (ddl.statement(_key(new), "ALTER EXTENSION", _name(new), "UPDATE TO", version),)


def _place(version: str) -> tuple[int, ...]:
    """The numbers it begins with: 1.10 comes after 1.9, and 1.1 after 1.1-beta."""
    return tuple(map(int, takewhile(str.isdecimal, version.split("."))))


def _set_comment(_: Extension, new: Extension) -> Sequence[Statement]:
    if new.comment is not None:
        return ddl.comment(_key(new), "EXTENSION", _name(new), new.comment)
    # Back to the control file's comment, which only the server knows.
    command = ddl.literal_text(f"COMMENT ON EXTENSION {ddl.ident_text(new.name)} IS %L")
    query = (
        "SELECT comment FROM pg_catalog.pg_available_extensions"
        f" WHERE name = {ddl.literal_text(new.name)}"
    )
    block = f"BEGIN EXECUTE pg_catalog.format({command}, ({query})); END"
    return (ddl.statement(_key(new), "DO", ddl.body(block)),)


EXTENSION = Kind(
    name="extension",
    record=Extension,
    classid="pg_extension",
    query=QUERY,
    create=_create,
    drop=_drop,
    identity=("name",),
    fields=(
        altered("in_schema", by=_set_schema),
        altered("version", by=_update),
        altered("comment", by=_set_comment),
    ),
)
