"""CREATE FOREIGN DATA WRAPPER: pg_foreign_data_wrapper; one of an extension is its member."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Privilege, Record, Statement, altered

QUERY: LiteralString = (
    """
SELECT w.oid, w.fdwname AS name, pg_get_userbyid(w.fdwowner) AS owner,
       (SELECT ARRAY[n.nspname::text, p.proname] FROM pg_proc p
          JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = w.fdwhandler) AS handler,
       (SELECT ARRAY[n.nspname::text, p.proname] FROM pg_proc p
          JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = w.fdwvalidator) AS validator,
       """
    + fragments.fdw_options("w.fdwoptions")
    + """ AS options,
       """
    + fragments.privileges("w.fdwacl", "'F'", "w.fdwowner")
    + """ AS privileges
  FROM pg_foreign_data_wrapper w
 WHERE """
    + fragments.is_no_member("pg_foreign_data_wrapper", "w.oid")
)


class ForeignDataWrapper(Record, frozen=True, kw_only=True):
    """A foreign data wrapper."""

    name: str
    owner: str  # a superuser: PostgreSQL accepts no other
    handler: tuple[str, str] | None = None  # schema, name: its arguments are given
    validator: tuple[str, str] | None = None
    options: tuple[str, ...] | None = None  # as name=value, sorted
    privileges: tuple[Privilege, ...] | None = None
    comment: str | None = None


def _key(record: ForeignDataWrapper) -> ObjectKey:
    return FOREIGN_DATA_WRAPPER.key(record)


def _name(record: ForeignDataWrapper) -> "ddl.Node":
    return ddl.ident(record.name)


CARRIED = Carried("FOREIGN DATA WRAPPER", _name, _key, grants_on="FOREIGN DATA WRAPPER")


def _function(word: str, function: tuple[str, str] | None) -> str:
    return f"{word} {ddl.qualified(*function)}" if function else f"NO {word}"


def _create(record: ForeignDataWrapper) -> Sequence[Statement]:
    made = ddl.statement(
        _key(record),
        "CREATE FOREIGN DATA WRAPPER",
        _name(record),
        _function("HANDLER", record.handler) if record.handler else None,
        _function("VALIDATOR", record.validator) if record.validator else None,
        ddl.fdw_options(record.options or ()),
    )
    return (made, *CARRIED.made(record))


def _drop(record: ForeignDataWrapper) -> Sequence[Statement]:
    return ddl.drop(_key(record), "FOREIGN DATA WRAPPER", _name(record))


def _redefine(old: ForeignDataWrapper, new: ForeignDataWrapper) -> Sequence[Statement]:
    # The new options are checked by the new validator, so one statement changes both.
    handler = _function("HANDLER", new.handler) if new.handler != old.handler else None
    validator = _function("VALIDATOR", new.validator) if new.validator != old.validator else None
    options = ddl.fdw_option_change(old.options or (), new.options or ())
    name = _name(new)
    return (
        ddl.statement(_key(new), "ALTER FOREIGN DATA WRAPPER", name, handler, validator, options),
    )


FOREIGN_DATA_WRAPPER = Kind(
    name="foreign data wrapper",
    record=ForeignDataWrapper,
    classid="pg_foreign_data_wrapper",
    query=QUERY,
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    identity=("name",),
    fields=(
        altered("handler", "validator", "options", by=_redefine),
        *CARRIED.rows(),
    ),
)
