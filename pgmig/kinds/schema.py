"""CREATE SCHEMA: pg_namespace.

`public` is a schema like others: a new database has it, so its owner, privileges and comment are
altered in place.
"""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, Label, ObjectKey, Privilege, Record, Statement

QUERY: LiteralString = (
    """
SELECT n.oid, n.nspname AS name, pg_get_userbyid(n.nspowner) AS owner,
       """
    + fragments.privileges("n.nspacl", "'n'", "n.nspowner")
    + """ AS privileges
  FROM pg_namespace n
 WHERE """
    + fragments.is_ours("n.oid")
    + " AND "
    + fragments.is_no_member("pg_namespace", "n.oid")
)


_OPEN = ("public", "CREATE")
_CLOSED = 15  # the first major that makes public without it


class Schema(Record, frozen=True, kw_only=True):
    """A schema; what it holds are objects of their own."""

    name: str
    owner: str
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: Schema) -> ObjectKey:
    return SCHEMA.key(record)


def _name(record: Schema) -> "ddl.Node":
    return ddl.ident(record.name)


CARRIED = Carried("SCHEMA", _name, _key, grants_on="SCHEMA", has_labels=True)


def _create(record: Schema) -> Sequence[Statement]:
    made = ddl.statement(_key(record), "CREATE SCHEMA", _name(record))
    return (made, *CARRIED.made(record))


def _drop(record: Schema) -> Sequence[Statement]:
    return ddl.drop(_key(record), "SCHEMA", _name(record))


def _neutral(record: Schema, major: int) -> Schema | None:
    """Until 14 whoever connects may create in a new database's public (release notes of 15)."""
    is_open = any((p.grantee, p.privilege) == _OPEN for p in record.privileges or ())
    return None if record.name == "public" and major < _CLOSED and is_open else record


SCHEMA = Kind(
    name="schema",
    record=Schema,
    classid="pg_namespace",
    query=QUERY,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    bestowed=CARRIED.bestowed,
    identity=("name",),
    fields=CARRIED.rows(),
    neutral=_neutral,
)
