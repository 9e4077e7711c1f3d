"""Roles of a cluster, as far as a schema names them: attributes and memberships, no passwords."""

from collections.abc import Iterable
from typing import LiteralString

from pgmig.db import Connection, fetch, reading
from pgmig.ddl import ident_text

# OID 10 is the superuser that initdb made: every cluster has one. pg_roles shows no password to
# anybody (manual, "pg_roles").
_ROLES: LiteralString = """
SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
       rolbypassrls, rolconnlimit
  FROM pg_roles WHERE oid <> 10 ORDER BY rolname
"""
_MEMBERS: LiteralString = """
SELECT r.rolname, m.rolname, a.admin_option
  FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
 ORDER BY r.rolname, m.rolname
"""
_WORDS = ("SUPERUSER", "INHERIT", "CREATEROLE", "CREATEDB", "LOGIN", "REPLICATION", "BYPASSRLS")
_DEFAULTS = (False, True, False, False, False, False, False)  # CREATE ROLE, manual


def role_statements(conn: Connection, names: Iterable[str]) -> tuple[str, ...]:
    """CREATE ROLE and GRANT statements for roles of these names, memberships between them.

    Passwords are never read: whoever runs the statements sets them.
    """
    wanted = {*names}
    with reading(conn):
        roles = [row for row in fetch(conn, _ROLES)[1] if row[0] in wanted]
        members = [row for row in fetch(conn, _MEMBERS)[1] if {row[0], row[1]} <= wanted]
    made = [_create(row[0], row[1:8], row[8]) for row in roles]
    for role, member, is_admin in dict.fromkeys(map(tuple, members)):
        option = " WITH ADMIN OPTION" if is_admin else ""
        made.append(f"GRANT {ident_text(role)} TO {ident_text(member)}{option}")
    return tuple(made)


def _create(name: str, attributes: Iterable[bool], limit: int) -> str:
    words = [
        word if given else f"NO{word}"
        for word, given, default in zip(_WORDS, attributes, _DEFAULTS, strict=True)
        if given != default
    ]
    if limit != -1:
        words.append(f"CONNECTION LIMIT {limit}")
    return " ".join([f"CREATE ROLE {ident_text(name)}", *words])
