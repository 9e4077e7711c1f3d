"""CREATE OPERATOR FAMILY: pg_opfamily; what belongs to it is in operator_family_member.py."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement

QUERY: LiteralString = (
    """
SELECT f.oid, n.nspname AS schema, f.opfname AS name, pg_get_userbyid(f.opfowner) AS owner,
       a.amname AS method
  FROM pg_opfamily f
  JOIN pg_namespace n ON n.oid = f.opfnamespace
  JOIN pg_am a ON a.oid = f.opfmethod
 WHERE """
    + fragments.is_ours("f.opfnamespace")
    + " AND "
    + fragments.is_no_member("pg_opfamily", "f.oid")
)


class OperatorFamily(Record, frozen=True, kw_only=True):
    """An operator family without its members; names are unique within an access method."""

    schema: str
    name: str
    method: str
    owner: str
    comment: str | None = None


def _key_name(record: OperatorFamily) -> str:
    return f"{record.name} using {record.method}"


def _key(record: OperatorFamily) -> ObjectKey:
    return OPERATOR_FAMILY.key(record)


def _name(record: OperatorFamily) -> "ddl.Node":
    name = ddl.name(record.schema, record.name)
    return ddl.clause(name, "USING", ddl.ident(record.method))


CARRIED = Carried("OPERATOR FAMILY", _name, _key)


def _create(record: OperatorFamily) -> Sequence[Statement]:
    made = ddl.statement(_key(record), "CREATE OPERATOR FAMILY", _name(record))
    return (made, *CARRIED.made(record))


def _drop(record: OperatorFamily) -> Sequence[Statement]:
    return ddl.drop(_key(record), "OPERATOR FAMILY", _name(record))


OPERATOR_FAMILY = Kind(
    name="operator family",
    record=OperatorFamily,
    classid="pg_opfamily",
    query=QUERY,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    identity=("schema", "name", "method"),
    key_name=_key_name,
    fields=CARRIED.rows(),
)
