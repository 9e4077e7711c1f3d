"""What belongs to the database as a whole and not to its schema: no script carries it.

ALTER DATABASE and ALTER ROLE are the cluster's (catalog.md 1.21): such facts are named, so that
whoever builds the database elsewhere knows of them. Values are not read: a setting may be secret.
"""

from typing import LiteralString

from pgmig.db import Connection, fetch
from pgmig.model import Unmodelled

_OUTSIDE: LiteralString = """
SELECT 'database setting' AS kind,
       split_part(c, '=', 1) || CASE WHEN s.setrole <> 0
           THEN ' for role ' || pg_get_userbyid(s.setrole) ELSE '' END AS identity
  FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
 WHERE d.datname = current_database()
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
 ORDER BY 1, 2
"""


def outside(conn: Connection) -> tuple[Unmodelled, ...]:
    """Settings, comment and privileges of the database, by name.

    Args:
        conn: a session inside `db.reading`.
    """
    rows = fetch(conn, _OUTSIDE)[1]
    return tuple(sorted(Unmodelled(kind=kind, identity=identity) for kind, identity in rows))
