"""CREATE TYPE without a definition: a row of pg_type that waits for one."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, Label, ObjectKey, Privilege, Record, Statement

QUERY: LiteralString = (
    """
SELECT t.oid, n.nspname AS schema, t.typname AS name, pg_get_userbyid(t.typowner) AS owner,
       """
    + fragments.privileges("t.typacl", "'T'", "t.typowner")
    + """ AS privileges
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE NOT t.typisdefined AND """
    + fragments.is_ours("t.typnamespace")
    + " AND "
    + fragments.is_no_member("pg_type", "t.oid")
)


class ShellType(Record, frozen=True, kw_only=True):
    """A type of which only the name is known."""

    schema: str
    name: str
    owner: str
    privileges: tuple[Privilege, ...] | None = None  # from 18 on
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: ShellType) -> ObjectKey:
    return SHELL_TYPE.key(record)


def _name(record: ShellType) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("TYPE", _name, _key, grants_on="TYPE", has_labels=True)


def _create(record: ShellType) -> Sequence[Statement]:
    return (ddl.statement(_key(record), "CREATE TYPE", _name(record)), *CARRIED.made(record))


def _drop(record: ShellType) -> Sequence[Statement]:
    return ddl.drop(_key(record), "TYPE", _name(record))


SHELL_TYPE = Kind(
    name="shell type",
    record=ShellType,
    classid="pg_type",
    query=QUERY,
    create=_create,
    drop=_drop,
    fields=CARRIED.rows(),
)
