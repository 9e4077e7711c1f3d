"""What was set for a database as a whole, which CREATE DATABASE does not copy.

Its settings, also those of single roles in it, and who may use it (sql-createdatabase.html).
"""

from typing import LiteralString

from pgmig.db import Connection
from pgmig.db.execute import compose, fetch, run
from pgmig.ddl import ident_text, literal_text

# Names in quotes, which come as one text: variable_is_guc_list_quote in pg_dump's dumputils.c.
_LISTS = frozenset(
    {"local_preload_libraries", "search_path", "session_preload_libraries", "temp_tablespaces"}
)

_SETTINGS: LiteralString = """
SELECT coalesce(r.rolname::text, ''), e.setting
FROM pg_catalog.pg_database d JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = d.oid
LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole, pg_catalog.unnest(s.setconfig) e(setting)
WHERE d.datname = %s
"""
_GRANTS: LiteralString = """
SELECT coalesce(r.rolname::text, ''), a.privilege_type, a.is_grantable
FROM pg_catalog.pg_database d, pg_catalog.aclexplode(d.datacl) a
LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
WHERE d.datname = %s AND d.datacl IS NOT NULL AND a.grantee <> d.datdba
"""
_HAS_ACL: LiteralString = """
SELECT d.datacl IS NOT NULL FROM pg_catalog.pg_database d WHERE d.datname = %s
"""


def carry_over(admin: Connection, old: str, new: str) -> None:
    """Give the database `new` what was set for `old`.

    Raises:
        ServerRefused: this role may not.
    """
    at = ident_text(new)
    for role, setting in fetch(admin, _SETTINGS, (old,)):
        name, _, value = str(setting).partition("=")
        whose = f"ROLE {ident_text(str(role))} IN DATABASE {at}" if role else f"DATABASE {at}"
        run(admin, _set(admin, f"ALTER {whose} SET {_guc(name)}", name, value))
    ((has_acl,),) = fetch(admin, _HAS_ACL, (old,)) or [(False,)]
    if not has_acl:
        return
    run(admin, f"REVOKE ALL ON DATABASE {at} FROM PUBLIC")
    for role, privilege, is_grantable in fetch(admin, _GRANTS, (old,)):
        to = ident_text(str(role)) if role else "PUBLIC"
        option = " WITH GRANT OPTION" if is_grantable else ""
        run(admin, f"GRANT {privilege} ON DATABASE {at} TO {to}{option}")


def _set(admin: Connection, alter: str, name: str, value: str) -> str:
    """The statements that give a setting its value, a list being more than one literal."""
    if name not in _LISTS:
        return f"{alter} TO {literal_text(value)}"
    now = compose(
        admin, "SELECT pg_catalog.set_config({name},{value},true);", name=name, value=value
    )
    return f"{now}{alter} FROM CURRENT"  # one message, one transaction


def _guc(name: str) -> str:
    """The name of a setting, which may have two parts."""
    return ".".join(ident_text(part) for part in name.split("."))
