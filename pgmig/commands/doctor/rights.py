"""What the deploying role may do: with pgmig's history, in the schemas, as other roles."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import LiteralString

from pgmig.catalog.scope import Scope
from pgmig.commands.doctor.finding import Finding, some
from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.ddl import ident_text
from pgmig.engine import look
from pgmig.engine.schema import require_writable
from pgmig.kinds.schema import SCHEMA
from pgmig.model import ObjectKey
from pgmig.scripts import Script

_SHOWN = 5

_ROLE: LiteralString = """
SELECT session_user::text, current_user::text, r.rolsuper
  FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
"""

_CLOSED: LiteralString = r"""
SELECT nspname::text FROM pg_catalog.pg_namespace
 WHERE nspname NOT LIKE 'pg\_%' AND nspname NOT IN ('information_schema', 'pgmig')
   AND NOT (pg_catalog.has_schema_privilege(oid, 'USAGE')
            AND pg_catalog.has_schema_privilege(oid, 'CREATE'))
 ORDER BY 1
"""

_DATABASE: LiteralString = """
SELECT pg_catalog.has_database_privilege(current_database(), 'CREATE'), current_database()::text
"""

# Relations that only their owners may change, the role not being one of them.
_OTHERS: LiteralString = r"""
SELECT n.nspname::text, pg_catalog.pg_get_userbyid(c.relowner)::text, count(*)::int
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
   AND n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'pgmig')
   AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
          AND d.deptype = 'e')
 GROUP BY 1, 2 ORDER BY 2, 1
"""

_NAMED: LiteralString = """
SELECT n, r.oid IS NOT NULL, coalesce(pg_catalog.pg_has_role(r.oid, 'MEMBER'), false)
  FROM pg_catalog.unnest(%s::text[]) n LEFT JOIN pg_catalog.pg_roles r ON r.rolname = n
 ORDER BY 1
"""


def role(conn: Connection, scope: Scope) -> Iterator[Finding]:
    """Who deploys, and what that role may not change of what is the project's."""
    ((login, current, is_super),) = fetch(conn, _ROLE)
    name = current if login == current else f"{current}, logged in as {login}"
    if is_super:
        yield Finding("role", "ok", f"{name}, a superuser: nothing is forbidden to scripts")
        return
    yield Finding("role", "ok", f"{name}, no superuser")
    found = [*_may_make(conn, str(current), scope), *_may_change(conn, str(current), scope)]
    yield from found
    if not found:
        yield Finding("rights", "ok", "it may change what is there and make what is new")


def _may_make(conn: Connection, current: str, scope: Scope) -> Iterator[Finding]:
    ((may_create, database),) = fetch(conn, _DATABASE)
    role = ident_text(current)
    if not may_create:
        yield Finding(
            "rights",
            "careful",
            f"{current} may not make schemas in {database}",
            f"GRANT CREATE ON DATABASE {ident_text(str(database))} TO {role}, if scripts make any",
        )
    closed = [str(each) for (each,) in fetch(conn, _CLOSED) if _is_ours(scope, str(each))]
    if closed:
        yield Finding(
            "rights",
            "careful",
            f"{current} may make nothing in the schemas {some(closed, _SHOWN)}",
            f"GRANT USAGE, CREATE ON SCHEMA ... TO {role} where scripts make something; what is"
            " somebody else's belongs into [ignore]",
        )


def _may_change(conn: Connection, current: str, scope: Scope) -> Iterator[Finding]:
    others: Counter[str] = Counter()
    for schema, owner, count in fetch(conn, _OTHERS):
        if _is_ours(scope, str(schema)):
            others[str(owner)] += count
    if others:
        names = [f"{owner} ({count})" for owner, count in others.most_common()]
        yield Finding(
            "rights",
            "careful",
            f"tables, views and sequences of roles that {current} is not: {some(names, _SHOWN)}",
            f"GRANT the owner TO {ident_text(current)}, or deploy as the owner with --role:"
            " only owners may change them",
        )


def _is_ours(scope: Scope, schema: str) -> bool:
    """Whether the settings leave the schema to the project."""
    key = ObjectKey(SCHEMA.name, "", schema)
    return not any(pattern.matches(key) for pattern in scope.patterns())


def history(conn: Connection) -> Iterator[Finding]:
    """Whether pgmig's own schema is there, and whether the role may write to it."""
    home, state = look(conn)
    require_writable(conn, home)
    if not home.is_there:
        yield Finding("history", "ok", "not there yet: the first run makes the schema pgmig")
    elif home.is_old:
        what = f"of format {home.format}, which the next run brings up to date"
        yield Finding("history", "ok", f"{what}; pgmig of before cannot run afterwards")
    else:
        label = state.applied[state.current].label if state.current else "no script"
        yield Finding("history", "ok", f"{len(state.applied)} applied, the last is {label}")


def named_roles(conn: Connection, pending: Sequence[Script]) -> Iterator[Finding]:
    """Whether the roles are there that pending scripts name."""
    wanted = sorted({name for script in pending for name in script.up.header.roles})
    if not wanted:
        return
    rows = fetch(conn, _NAMED, (wanted,))
    missing = [str(name) for name, is_there, _ in rows if not is_there]
    strangers = [str(name) for name, is_there, is_member in rows if is_there and not is_member]
    if missing:
        yield Finding(
            "roles",
            "wrong",
            f"pending scripts name roles that the server does not have: {some(missing, _SHOWN)}",
            "create them; `pgmig baseline --roles` writes how",
        )
    if strangers:
        yield Finding(
            "roles",
            "careful",
            f"pending scripts name roles that the deploying role is no member of:"
            f" {some(strangers, _SHOWN)}",
            "GRANT them to it where a script gives objects to them, as with OWNER TO",
        )
    if not missing and not strangers:
        yield Finding(
            "roles", "ok", f"those that pending scripts name are there: {some(wanted, _SHOWN)}"
        )
