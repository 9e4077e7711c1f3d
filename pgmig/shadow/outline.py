"""Outline: what a schema looks like at a glance, without OIDs, in a fraction of a reading's time.

Schemas with one outline may differ in what it leaves out, expressions above all. It is enough to
see that a script, run once more from a state that was read and is right, has done the same again.
"""

from typing import LiteralString, NamedTuple

from pgmig.db import Connection, fetch, reading

# Every part of the query is a LiteralString, which the type checker proves.
# ruff: noqa: S608

_FIRST_OID: LiteralString = "16384"  # below are the system's own (transam.h, FirstNormalObjectId)
_TOAST: LiteralString = "'pg_toast'::regnamespace"


class _Part(NamedTuple):
    """A catalog, what is hashed of a row, and which rows count."""

    name: LiteralString
    columns: LiteralString
    condition: LiteralString = "oid >= " + _FIRST_OID


_PARTS = (
    _Part("pg_attrdef", "adnum"),
    _Part(
        "pg_attribute",
        "attname, attlen, atttypmod, attnotnull, atthasdef, attidentity, attgenerated, attstorage,"
        " attcollation, attacl::text, attoptions",
        "attnum > 0 AND NOT attisdropped AND attrelid >= " + _FIRST_OID,
    ),
    _Part(
        "pg_class",
        "relname, relkind, relpersistence, relowner, relchecks, relrowsecurity,"
        " relforcerowsecurity, relispopulated, relreplident, relispartition, relacl::text,"
        " reloptions",
        "oid >= " + _FIRST_OID + " AND relnamespace <> " + _TOAST,
    ),
    _Part(
        "pg_constraint",
        "conname, contype, condeferrable, condeferred, convalidated, connoinherit, conkey, confkey,"
        " confupdtype, confdeltype, confmatchtype",
    ),
    _Part("pg_default_acl", "defaclobjtype, defaclacl::text"),
    # Any object whatever has rows here, so one more or less of any kind shows.
    _Part("pg_depend", "classid, refclassid, deptype", "objid >= " + _FIRST_OID),
    _Part("pg_description", "description", "objoid >= " + _FIRST_OID),
    _Part("pg_enum", "enumlabel"),
    _Part("pg_extension", "extname, extversion"),
    _Part(
        "pg_index",
        "indnatts, indnkeyatts, indisunique, indisprimary, indisvalid, indisreplident,"
        " indisclustered, indkey::text, indoption::text, indcollation::text",
        "indexrelid >= " + _FIRST_OID,
    ),
    _Part("pg_inherits", "inhseqno", "inhrelid >= " + _FIRST_OID),
    _Part("pg_namespace", "nspname, nspowner, nspacl::text", "nspname !~ '^pg_'"),
    _Part("pg_policy", "polname, polcmd, polpermissive, polroles"),
    _Part(
        "pg_proc",
        "proname, proowner, prosrc, prokind, provolatile, proparallel, proisstrict, prosecdef,"
        " proretset, proleakproof, pronargs, proargnames, procost, prorows, proconfig,"
        " proacl::text",
    ),
    _Part("pg_rewrite", "rulename, ev_type, ev_enabled, is_instead"),
    _Part(
        "pg_sequence",
        "seqtypid, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle",
        "true",
    ),
    _Part("pg_trigger", "tgname, tgtype, tgenabled, tgattr::text, tgargs", "NOT tgisinternal"),
    _Part(
        "pg_type",
        "typname, typtype, typowner, typnotnull, typdefault, typacl::text",
        "oid >= " + _FIRST_OID + " AND typnamespace <> " + _TOAST,
    ),
)

Outline = tuple[tuple[object, ...], ...]
"""The rows of each catalog: their number, and their hashes folded into one."""


def outline(conn: Connection) -> Outline:
    """The outline of the database's schema.

    Args:
        conn: a session in it.

    Raises:
        ReadFailed: the server refused the query.
    """
    with reading(conn):
        return tuple(tuple(row) for row in fetch(conn, _QUERY)[1])


def _query() -> LiteralString:
    query: LiteralString = "SELECT '' AS name, 0::bigint, 0::numeric"
    for part in _PARTS:
        query += _of(part.name, part.columns, part.condition)
    return query + "\nORDER BY name"


def _of(name: LiteralString, columns: LiteralString, condition: LiteralString) -> LiteralString:
    row: LiteralString = "hash_record_extended(ROW(" + columns + "), 0)"
    return (
        "\nUNION ALL SELECT '" + name + "', count(*), coalesce(sum(" + row + "), 0)"
        " FROM " + name + " WHERE " + condition
    )


_QUERY = _query()
