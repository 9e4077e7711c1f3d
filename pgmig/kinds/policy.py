"""CREATE POLICY: pg_policy."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Record, Statement, altered, replaced

# OID 0 among the roles is PUBLIC: no role can have that name.
QUERY: LiteralString = (
    """
SELECT p.oid, n.nspname AS schema, c.relname AS table, p.polname AS name,
       CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update'
                     WHEN 'd' THEN 'delete' WHEN '*' THEN 'all' END AS command,
       p.polpermissive AS is_permissive,
       (SELECT array_agg(CASE WHEN r = 0 THEN 'public' ELSE pg_get_userbyid(r)::text END
                         ORDER BY CASE WHEN r = 0 THEN 'public' ELSE pg_get_userbyid(r) END)
          FROM unnest(p.polroles) r) AS roles,
       pg_get_expr(p.polqual, p.polrelid) AS using,
       pg_get_expr(p.polwithcheck, p.polrelid) AS with_check
  FROM pg_policy p
  JOIN pg_class c ON c.oid = p.polrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relpersistence <> 't' AND """
    + fragments.is_ours("c.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "c.oid")
)


class Policy(Record, frozen=True, kw_only=True):
    """A row security policy of a table."""

    schema: str
    table: str
    name: str
    command: str  # select, insert, update, delete, all
    is_permissive: bool
    roles: tuple[str, ...]
    using: str | None = None
    with_check: str | None = None
    comment: str | None = None


def _key(record: Policy) -> ObjectKey:
    return POLICY.key(record)


def _on_table(record: Policy) -> "ddl.Node":
    table = ddl.name(record.schema, record.table)
    return ddl.clause(ddl.ident(record.name), "ON", table)


CARRIED = Carried("POLICY", _on_table, _key, has_owner=False)


def _terms(record: Policy) -> Sequence[str]:
    """TO, USING and WITH CHECK, which CREATE and ALTER share."""
    roles = ("PUBLIC" if role == "public" else ddl.ident_text(role) for role in record.roles)
    terms = [f"TO {', '.join(roles)}"]
    if record.using is not None:
        terms.append(f"USING ({record.using})")
    if record.with_check is not None:
        terms.append(f"WITH CHECK ({record.with_check})")
    return terms


def _create(record: Policy) -> Sequence[Statement]:
    to, *conditions = _terms(record)
    kind = None if record.is_permissive else "AS RESTRICTIVE"
    head = ddl.clause("CREATE POLICY", _on_table(record), kind, f"FOR {record.command.upper()}", to)
    created = ddl.statement(_key(record), ddl.lines(head, *conditions))
    return (created, *CARRIED.made(record))


def _drop(record: Policy) -> Sequence[Statement]:
    return ddl.drop(_key(record), "POLICY", _on_table(record))


def _redefine(old: Policy, new: Policy) -> Sequence[Statement] | None:
    # ALTER POLICY cannot take USING or WITH CHECK away (C40).
    loses_using = old.using is not None and new.using is None
    loses_check = old.with_check is not None and new.with_check is None
    if loses_using or loses_check:
        return None
    to, *conditions = _terms(new)
    head = ddl.clause("ALTER POLICY", _on_table(new), to)
    return (ddl.statement(_key(new), ddl.lines(head, *conditions)),)


def _rename(record: Policy, column: str, new_name: str) -> Sequence[Statement] | None:
    if column:
        return None
    change = ddl.clause("RENAME TO", ddl.ident(new_name))
    return (ddl.statement(_key(record), "ALTER POLICY", _on_table(record), change),)


POLICY = Kind(
    name="policy",
    record=Policy,
    classid="pg_policy",
    query=QUERY,
    create=_create,
    drop=_drop,
    identity=("schema", "table", "name"),
    parent="table",
    drops_with_owner=True,
    fields=(
        replaced("command", "is_permissive"),
        altered("roles", "using", "with_check", by=_redefine),
        *CARRIED.rows(),
    ),
    rename=_rename,
)
