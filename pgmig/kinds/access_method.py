"""CREATE ACCESS METHOD: pg_am. It has no owner and no privileges."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement, replaced

# Access methods lie in no schema; those of initdb have lower OIDs.
QUERY: LiteralString = """
SELECT a.oid, a.amname AS name, CASE a.amtype WHEN 't' THEN 'table' ELSE 'index' END AS type,
       a.amhandler::text AS handler
  FROM pg_am a
 WHERE a.oid >= 16384 AND """ + fragments.is_no_member("pg_am", "a.oid")


class AccessMethod(Record, frozen=True, kw_only=True):
    """An access method for tables or indexes."""

    name: str
    type: str  # table, index
    handler: str  # a function, as regproc prints it
    comment: str | None = None


def _key(record: AccessMethod) -> ObjectKey:
    return ACCESS_METHOD.key(record)


def _name(record: AccessMethod) -> "ddl.Node":
    return ddl.ident(record.name)


CARRIED = Carried("ACCESS METHOD", _name, _key, has_owner=False)


def _create(record: AccessMethod) -> Sequence[Statement]:
    type_, handler = f"TYPE {record.type.upper()}", f"HANDLER {record.handler}"
    made = ddl.statement(_key(record), "CREATE ACCESS METHOD", _name(record), type_, handler)
    return (made, *CARRIED.made(record))


def _drop(record: AccessMethod) -> Sequence[Statement]:
    return ddl.drop(_key(record), "ACCESS METHOD", _name(record))


ACCESS_METHOD = Kind(
    name="access method",
    record=AccessMethod,
    classid="pg_am",
    query=QUERY,
    create=_create,
    drop=_drop,
    identity=("name",),
    fields=(replaced("type", "handler"), *CARRIED.rows()),
)
