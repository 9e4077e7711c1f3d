"""What no script carries: facts of the database as a whole, options of user mappings.

ALTER DATABASE and ALTER ROLE are the cluster's (catalog.md 1.21): such facts are named, so that
whoever builds the database elsewhere knows of them. Values are not read: a setting may be secret,
and an option of a user mapping is a password as a rule.
"""

from collections.abc import Iterable
from typing import LiteralString

from pgmig.db import Connection, fetch
from pgmig.model import Unmodelled

_OUTSIDE: LiteralString = """
SELECT 'database setting' AS kind,
       split_part(c, '=', 1) || CASE WHEN s.setrole <> 0
           THEN ' for role ' || pg_get_userbyid(s.setrole) ELSE '' END AS identity
  FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
 WHERE d.datname = current_database() AND pg_get_userbyid(s.setrole) <> ALL (%s::name[])
UNION ALL
SELECT 'database comment', left(x.description, 60)
  FROM pg_shdescription x JOIN pg_database d ON d.oid = x.objoid
 WHERE x.classoid = 'pg_database'::regclass AND d.datname = current_database()
   AND d.oid >= 16384
UNION ALL
SELECT 'database privilege', x.privilege_type || ' ' || CASE
         WHEN x.is_held THEN 'granted to ' ELSE 'revoked from ' END || CASE
         WHEN x.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee) END
  FROM pg_database d, LATERAL (
       SELECT grantee, privilege_type, a.is_grantable IS NOT NULL AS is_held
         FROM aclexplode(d.datacl) a FULL JOIN aclexplode(acldefault('d', d.datdba)) b
        USING (grantor, grantee, privilege_type)
        WHERE a.is_grantable IS DISTINCT FROM b.is_grantable) x
 WHERE d.datname = current_database() AND d.datacl IS NOT NULL
UNION ALL
SELECT 'user mapping options', 'for ' || CASE WHEN m.umuser = 0 THEN 'PUBLIC'
         ELSE quote_ident(m.usename) END || ' on server ' || quote_ident(m.srvname) || CASE
         WHEN m.umoptions IS NULL THEN ', if it has any: this role may not see them'
         ELSE ': ' || (SELECT string_agg(name, ', ' ORDER BY name COLLATE "C")
                         FROM unnest(m.umoptions) o, split_part(o, '=', 1) name) END
  FROM pg_user_mappings m
  JOIN pg_foreign_server s ON s.oid = m.srvid
 WHERE m.umoptions IS NOT NULL
    OR NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
       AND NOT (m.umuser = 0 AND pg_has_role(s.srvowner, 'USAGE'))
       AND NOT (m.umuser <> 0 AND m.usename = current_user
                AND (pg_has_role(s.srvowner, 'USAGE') OR has_server_privilege(s.oid, 'USAGE')))
 ORDER BY 1, 2
"""


def outside(conn: Connection, roles: Iterable[str] = ()) -> tuple[Unmodelled, ...]:
    """Settings, comment and privileges of the database, options of user mappings, by name.

    Args:
        conn: a session inside `db.reading`.
        roles: those whose settings for the database have been read.
    """
    rows = fetch(conn, _OUTSIDE, ([*roles],))[1]
    return tuple(sorted(Unmodelled(kind=kind, identity=identity) for kind, identity in rows))
