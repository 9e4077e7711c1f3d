"""CREATE CONVERSION: pg_conversion."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement, replaced

QUERY: LiteralString = (
    """
SELECT c.oid, n.nspname AS schema, c.conname AS name, pg_get_userbyid(c.conowner) AS owner,
       pg_encoding_to_char(c.conforencoding) AS source,
       pg_encoding_to_char(c.contoencoding) AS target,
       c.conproc::regproc::text AS function, c.condefault AS is_default
  FROM pg_conversion c
  JOIN pg_namespace n ON n.oid = c.connamespace
 WHERE """
    + fragments.is_ours("c.connamespace")
    + " AND "
    + fragments.is_no_member("pg_conversion", "c.oid")
)


class Conversion(Record, frozen=True, kw_only=True):
    """A conversion between two encodings."""

    schema: str
    name: str
    owner: str
    source: str
    target: str
    function: str  # as regproc prints it
    is_default: bool
    comment: str | None = None


def _key(record: Conversion) -> ObjectKey:
    return CONVERSION.key(record)


def _name(record: Conversion) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("CONVERSION", _name, _key)


def _create(record: Conversion) -> Sequence[Statement]:
    made = ddl.statement(
        _key(record),
        "CREATE DEFAULT CONVERSION" if record.is_default else "CREATE CONVERSION",
        _name(record),
        "FOR",
        ddl.literal(record.source),
        "TO",
        ddl.literal(record.target),
        f"FROM {record.function}",
    )
    return (made, *CARRIED.made(record))


def _drop(record: Conversion) -> Sequence[Statement]:
    return ddl.drop(_key(record), "CONVERSION", _name(record))


CONVERSION = Kind(
    name="conversion",
    record=Conversion,
    classid="pg_conversion",
    query=QUERY,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    fields=(
        replaced("source", "target", "function", "is_default"),
        *CARRIED.rows(),
    ),
)
