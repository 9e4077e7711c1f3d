"""A change token: one light query that tells whether a schema may have changed.

A row of a catalog has a new xmin or a new ctid once it was written again, so a hash over both of
all rows stands for the catalogs' content: on one server, from its start to its end. Two clones of
a cluster may reach different contents under equal transaction numbers, and so may a server that
went back to a backup: the token holds when the server started, to the microsecond, and which it
is. VACUUM and ANALYZE write in place or not at all, so they change nothing here. Of two tokens
that differ nothing follows.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from typing import LiteralString, NamedTuple

from pgmig.db.connect import Connection
from pgmig.db.reading import fetch

logger = logging.getLogger(__name__)

# Temporary tables come and go, so their rows do not count.
_WITH: LiteralString = """
WITH temporary AS MATERIALIZED (SELECT oid FROM pg_class WHERE relpersistence = 't'),
places AS MATERIALIZED (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_(toast_)?temp_')
"""
_TEMPORARY: LiteralString = "(SELECT oid FROM temporary)"
_PLACES: LiteralString = "(SELECT oid FROM places)"


class _Catalog(NamedTuple):
    """A catalog, the columns that are hashed of a row, and which rows count."""

    name: LiteralString
    columns: LiteralString
    condition: LiteralString = "true"


# Of pg_depend two things are facts of a schema that no other row records: members of extensions,
# and DEPENDS ON EXTENSION. The rest follows from the objects.
_CATALOGS = (
    _Catalog("pg_aggregate", "aggfnoid"),
    _Catalog("pg_am", "oid"),
    _Catalog("pg_amop", "oid"),
    _Catalog("pg_amproc", "oid"),
    _Catalog("pg_attrdef", "oid", "adrelid NOT IN " + _TEMPORARY),
    _Catalog("pg_attribute", "attrelid, attnum", "attnum > 0 AND attrelid NOT IN " + _TEMPORARY),
    _Catalog("pg_auth_members", "roleid, member"),
    _Catalog("pg_cast", "oid"),
    _Catalog("pg_class", "oid", "relpersistence <> 't'"),
    _Catalog("pg_collation", "oid"),
    _Catalog("pg_constraint", "oid", "conrelid NOT IN " + _TEMPORARY),
    _Catalog("pg_conversion", "oid"),
    _Catalog("pg_database", "oid", "datname = current_database()"),
    _Catalog("pg_db_role_setting", "setdatabase, setrole"),
    _Catalog("pg_default_acl", "oid"),
    _Catalog("pg_depend", "classid, objid", "deptype IN ('e', 'x')"),
    _Catalog("pg_description", "classoid, objoid, objsubid"),
    _Catalog("pg_enum", "oid"),
    _Catalog("pg_event_trigger", "oid"),
    _Catalog("pg_extension", "oid"),
    _Catalog("pg_foreign_data_wrapper", "oid"),
    _Catalog("pg_foreign_server", "oid"),
    _Catalog("pg_foreign_table", "ftrelid"),
    _Catalog("pg_index", "indexrelid", "indrelid NOT IN " + _TEMPORARY),
    _Catalog("pg_inherits", "inhrelid, inhseqno", "inhrelid NOT IN " + _TEMPORARY),
    _Catalog("pg_init_privs", "classoid, objoid, objsubid"),
    _Catalog("pg_language", "oid"),
    _Catalog("pg_namespace", "oid", "oid NOT IN " + _PLACES),
    _Catalog("pg_opclass", "oid"),
    _Catalog("pg_operator", "oid"),
    _Catalog("pg_opfamily", "oid"),
    _Catalog("pg_partitioned_table", "partrelid"),
    _Catalog("pg_policy", "oid"),
    _Catalog("pg_proc", "oid"),
    _Catalog("pg_publication", "oid"),
    _Catalog("pg_publication_rel", "oid"),
    _Catalog("pg_range", "rngtypid"),
    _Catalog("pg_rewrite", "oid", "ev_class NOT IN " + _TEMPORARY),
    _Catalog("pg_seclabel", "classoid, objoid, objsubid"),
    _Catalog("pg_sequence", "seqrelid", "seqrelid NOT IN " + _TEMPORARY),
    _Catalog("pg_shdescription", "classoid, objoid"),
    _Catalog("pg_shseclabel", "classoid, objoid"),
    _Catalog("pg_statistic_ext", "oid"),
    _Catalog("pg_tablespace", "oid"),
    _Catalog("pg_transform", "oid"),
    _Catalog("pg_trigger", "oid", "tgrelid NOT IN " + _TEMPORARY),
    _Catalog("pg_ts_config", "oid"),
    _Catalog("pg_ts_config_map", "mapcfg, maptokentype, mapseqno"),
    _Catalog("pg_ts_dict", "oid"),
    _Catalog("pg_ts_parser", "oid"),
    _Catalog("pg_ts_template", "oid"),
    _Catalog("pg_type", "oid", "typnamespace NOT IN " + _PLACES),
)
_SINCE_15 = (_Catalog("pg_publication_namespace", "oid"),)

# Three that most roles may not read whole (catalog.md 5): what they may read is hashed, no option
# of a user mapping.
_VIEWS = (
    _Catalog(
        "pg_roles",
        "oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, "
        "rolreplication, rolconnlimit, rolvaliduntil, rolbypassrls, rolconfig",
    ),
    _Catalog("pg_user_mappings", "umid, srvid, umuser, usename"),
    _Catalog(
        "pg_subscription",
        "oid, subdbid, subname, subowner, subenabled, subslotname, subsynccommit, subpublications",
    ),
)

_FACTS: LiteralString = """
SELECT pg_postmaster_start_time()::text, d.oid::bigint, current_user::text,
       current_setting('lc_monetary'), d.encoding,
       has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
  FROM pg_database d WHERE d.datname = current_database()
"""
_SYSTEM: LiteralString = "SELECT system_identifier::text FROM pg_control_system()"


def change_token(conn: Connection, *besides: str) -> str:
    """A word that stays the same until the schema, or a fact it needs, may have changed.

    Args:
        conn: a session inside `db.reading`.
        besides: what else the answer depends on that the token is for.
    """
    *facts, may_ask = fetch(conn, _FACTS)[1][0]
    if may_ask:
        facts += fetch(conn, _SYSTEM)[1][0]
    else:
        logger.info("the server's system identifier may not be read: its start time stands for it")
    rows = [[*row] for row in fetch(conn, _query(conn.info.server_version))[1]]
    content = json.dumps([conn.info.server_version, facts, rows, besides])
    return hashlib.sha256(content.encode()).hexdigest()


def catalogs(version: int) -> Iterator[str]:
    """The catalogs and views whose rows count.

    Args:
        version: server_version_num, as 150018.
    """
    return (each.name for each in (*_tables(version), *_VIEWS))


def _tables(version: int) -> tuple[_Catalog, ...]:
    return (*_CATALOGS, *_SINCE_15) if version >= 150000 else _CATALOGS


def _query(version: int) -> LiteralString:
    """The number of rows of each catalog, and their hashes folded into one, whatever the order."""
    query: LiteralString = "SELECT '', 0, 0"
    for each in _tables(version):
        query += _part(each, "c.xmin, c.ctid, " + each.columns)
    for each in _VIEWS:
        query += _part(each, each.columns)
    return _WITH + query + "\nORDER BY 1"


def _part(catalog: _Catalog, columns: LiteralString) -> LiteralString:
    row: LiteralString = "hash_record_extended(ROW(" + columns + "), 0)"
    return (
        "\nUNION ALL SELECT '" + catalog.name + "', count(*), bit_xor(" + row + ") "
        "FROM " + catalog.name + " c WHERE " + catalog.condition
    )
