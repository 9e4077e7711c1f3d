"""CREATE SERVER: pg_foreign_server."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Privilege, Record, Statement, altered, replaced

QUERY: LiteralString = (
    """
SELECT s.oid, s.srvname AS name, pg_get_userbyid(s.srvowner) AS owner, w.fdwname AS wrapper,
       s.srvtype AS type, s.srvversion AS version,
       """
    + fragments.fdw_options("s.srvoptions")
    + """ AS options,
       """
    + fragments.privileges("s.srvacl", "'S'", "s.srvowner")
    + """ AS privileges
  FROM pg_foreign_server s
  JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
 WHERE """
    + fragments.is_no_member("pg_foreign_server", "s.oid")
)


class ForeignServer(Record, frozen=True, kw_only=True):
    """A foreign server."""

    name: str
    owner: str
    wrapper: str
    type: str | None = None
    version: str | None = None
    options: tuple[str, ...] | None = None  # as name=value, sorted
    privileges: tuple[Privilege, ...] | None = None
    comment: str | None = None


def _key(record: ForeignServer) -> ObjectKey:
    return FOREIGN_SERVER.key(record)


def _name(record: ForeignServer) -> "ddl.Node":
    return ddl.ident(record.name)


CARRIED = Carried("SERVER", _name, _key, grants_on="FOREIGN SERVER")


def _create(record: ForeignServer) -> Sequence[Statement]:
    made = ddl.statement(
        _key(record),
        "CREATE SERVER",
        _name(record),
        f"TYPE {ddl.literal_text(record.type)}" if record.type is not None else None,
        f"VERSION {ddl.literal_text(record.version)}" if record.version is not None else None,
        "FOREIGN DATA WRAPPER",
        ddl.ident(record.wrapper),
        ddl.fdw_options(record.options or ()),
    )
    return (made, *CARRIED.made(record))


def _drop(record: ForeignServer) -> Sequence[Statement]:
    return ddl.drop(_key(record), "SERVER", _name(record))


def _redefine(old: ForeignServer, new: ForeignServer) -> Sequence[Statement]:
    version = "NULL" if new.version is None else ddl.literal_text(new.version)
    return (
        ddl.statement(
            _key(new),
            "ALTER SERVER",
            _name(new),
            f"VERSION {version}" if new.version != old.version else None,
            ddl.fdw_option_change(old.options or (), new.options or ()),
        ),
    )


FOREIGN_SERVER = Kind(
    name="foreign server",
    record=ForeignServer,
    classid="pg_foreign_server",
    query=QUERY,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    identity=("name",),
    fields=(
        replaced("wrapper", "type"),
        altered("version", "options", by=_redefine),
        *CARRIED.rows(),
    ),
)
