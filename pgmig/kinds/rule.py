"""CREATE RULE: pg_rewrite; the _RETURN rule is the query of its view."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement, altered

QUERY: LiteralString = (
    """
SELECT r.oid, n.nspname AS schema, c.relname AS table, r.rulename AS name,
       rtrim(pg_get_ruledef(r.oid), ';') AS definition,
       """
    + fragments.firing("r.ev_enabled")
    + """ AS state
  FROM pg_rewrite r
  JOIN pg_class c ON c.oid = r.ev_class
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE r.rulename <> '_RETURN' AND c.relpersistence <> 't' AND """
    + fragments.is_ours("c.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "c.oid")
)


class Rule(Record, frozen=True, kw_only=True):
    """A rewrite rule of a table or view."""

    schema: str
    table: str
    name: str
    definition: str  # as pg_get_ruledef prints it, without its semicolon
    state: str  # enabled, disabled, replica, always
    comment: str | None = None


def _key(record: Rule) -> ObjectKey:
    return RULE.key(record)


def _table(record: Rule) -> "ddl.Node":
    return ddl.name(record.schema, record.table)


def _on_table(record: Rule) -> "ddl.Node":
    return ddl.clause(ddl.ident(record.name), "ON", _table(record))


CARRIED = Carried("RULE", _on_table, _key, has_owner=False)


def _fire(record: Rule) -> Statement:
    return ddl.firing(_key(record), _table(record), "RULE", record.name, record.state)


def _create(record: Rule) -> Sequence[Statement]:
    return (
        ddl.statement(_key(record), record.definition),
        *((_fire(record),) if record.state != "enabled" else ()),
        *CARRIED.made(record),
    )


def _drop(record: Rule) -> Sequence[Statement]:
    return ddl.drop(_key(record), "RULE", _on_table(record))


def _redefine(_: Rule, new: Rule) -> Sequence[Statement]:
    # OR REPLACE keeps the state and the comment (catalog.md 1.14).
    definition = new.definition.removeprefix("CREATE RULE")
    return (ddl.statement(_key(new), "CREATE OR REPLACE RULE" + definition),)


def _set_state(_: Rule, new: Rule) -> Sequence[Statement]:
    return (_fire(new),)


def _rename(record: Rule, column: str, new_name: str) -> Sequence[Statement] | None:
    if column:
        return None
    change = ddl.clause("RENAME TO", ddl.ident(new_name))
    return (ddl.statement(_key(record), "ALTER RULE", _on_table(record), change),)


RULE = Kind(
    name="rule",
    record=Rule,
    classid="pg_rewrite",
    query=QUERY,
    create=_create,
    drop=_drop,
    identity=("schema", "table", "name"),
    parent="table",
    drops_with_owner=True,
    fields=(
        altered("definition", by=_redefine),
        altered("state", by=_set_state),
        *CARRIED.rows(),
    ),
    rename=_rename,
)
