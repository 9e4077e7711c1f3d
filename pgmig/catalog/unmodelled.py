"""What a database holds that no kind reads: nothing is skipped in silence.

Every catalog of objects is counted whole, so a row that a kind should read and does not is named
too. Besides come facts about read objects for which the records have no field.
"""

from collections.abc import Mapping, Sequence
from typing import LiteralString

from pgmig.catalog.addresses import Address, Addresses
from pgmig.catalog.subscriptions import subscriptions
from pgmig.catalog.uncarried import LABELS, UNCARRIED
from pgmig.db import Connection, fetch
from pgmig.model import Unmodelled

# Objects made by initdb have lower OIDs (catalog.md 0.4).
_IS_OURS: LiteralString = "o.oid >= 16384"


def _is_own(catalog: LiteralString) -> LiteralString:
    """A condition: neither a member of an extension nor an internal part of another object.

    What is internal to a member (its row type, its array type) is caught by its own deptype i,
    so no recursion is needed. A partitioned table is internal to its own key columns.
    """
    return (
        "NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '" + catalog + "'::regclass "
        "AND d.objid = o.oid AND d.deptype IN ('e', 'i') "
        "AND NOT (d.refclassid = d.classid AND d.refobjid = d.objid))"
    )


def _in_schema(column: LiteralString) -> LiteralString:
    return column + " IN (SELECT oid FROM schemas)"


def _on_relation(column: LiteralString) -> LiteralString:
    return column + " IN (SELECT oid FROM relations)"


def _is_loose(
    catalog: LiteralString, family: LiteralString, class_: LiteralString, used: LiteralString
) -> LiteralString:
    """A condition: a member of an operator family and of no class that no extension made.

    Members depend on no extension themselves; what they use does, or lies in pg_catalog.
    """
    return (
        "NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '" + catalog + "'::regclass "
        "AND d.objid = o.oid AND d.refclassid = 'pg_opclass'::regclass) "
        "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'e' "
        "AND (d.classid = '" + class_ + "'::regclass AND d.objid = " + used + " "
        "OR " + used + " < 16384 AND d.classid = 'pg_opfamily'::regclass "
        "AND d.objid = " + family + "))"
    )


# The objects of each catalog: the condition beside _IS_OURS and _is_own. Left out are indexes of
# constraints, row types, `_RETURN` rules and the like, which are internal to their owners; clones
# that partitions have of triggers and foreign keys; NOT NULL, which belongs to its column.
_OBJECTS: tuple[tuple[LiteralString, LiteralString], ...] = (
    ("pg_namespace", "o.oid IN (SELECT oid FROM schemas)"),
    ("pg_extension", "true"),
    ("pg_class", "(o.oid IN (SELECT oid FROM relations) OR o.relkind IN ('i', 'I') AND EXISTS ("
     "SELECT FROM pg_index i WHERE i.indexrelid = o.oid AND " + _on_relation("i.indrelid")
     + " AND (i.indisvalid AND i.indisready OR o.relkind = 'I')))"),
    ("pg_type", _in_schema("o.typnamespace")),
    ("pg_proc", _in_schema("o.pronamespace")),
    ("pg_constraint", "o.contype NOT IN ('n', 't') AND NOT (o.contype = 'f' AND o.conparentid <> 0)"
     " AND (" + _on_relation("o.conrelid") + " OR o.conrelid = 0 AND "
     + _in_schema("o.connamespace") + " AND NOT EXISTS (SELECT FROM pg_depend d"
     " WHERE d.classid = 'pg_type'::regclass AND d.objid = o.contypid AND d.deptype = 'e'))"),
    ("pg_trigger", "NOT o.tgisinternal AND o.tgparentid = 0 AND " + _on_relation("o.tgrelid")),
    ("pg_rewrite", _on_relation("o.ev_class")),
    ("pg_policy", _on_relation("o.polrelid")),
    ("pg_statistic_ext", _on_relation("o.stxrelid")),
    ("pg_operator", _in_schema("o.oprnamespace")),
    ("pg_opclass", _in_schema("o.opcnamespace")),
    ("pg_opfamily", _in_schema("o.opfnamespace")),
    ("pg_amop", _is_loose("pg_amop", "o.amopfamily", "pg_operator", "o.amopopr")),
    ("pg_amproc", _is_loose("pg_amproc", "o.amprocfamily", "pg_proc", "o.amproc")),
    ("pg_cast", "true"),
    ("pg_conversion", _in_schema("o.connamespace")),
    ("pg_transform", "true"),
    ("pg_language", "true"),
    ("pg_collation", _in_schema("o.collnamespace")),
    ("pg_ts_parser", _in_schema("o.prsnamespace")),
    ("pg_ts_template", _in_schema("o.tmplnamespace")),
    ("pg_ts_dict", _in_schema("o.dictnamespace")),
    ("pg_ts_config", _in_schema("o.cfgnamespace")),
    ("pg_event_trigger", "true"),
    ("pg_foreign_data_wrapper", "true"),
    ("pg_foreign_server", "true"),
    ("pg_publication", "true"),
    ("pg_default_acl", "o.defaclnamespace = 0 OR " + _in_schema("o.defaclnamespace")),
    ("pg_am", "true"),
)  # fmt: skip

# The schemas that a snapshot reads, and the relations in them that no extension owns.
_WITH: LiteralString = """
WITH schemas AS (
  SELECT oid FROM pg_namespace
   WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'pgmig')),
relations AS (
  SELECT o.oid FROM pg_class o
   WHERE o.relkind NOT IN ('i', 'I', 't', 'c') AND o.relpersistence <> 't'
     AND o.relnamespace IN (SELECT oid FROM schemas)
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                        AND d.objid = o.oid AND d.deptype = 'e'))
"""

# What a glance at the row shows to be no object of its own, in catalogs with many such rows. The
# conditions of _OBJECTS, which look into other catalogs, are for the few rows that no kind read.
_GLANCES: dict[LiteralString, LiteralString] = {
    "pg_class": "o.relkind <> 't' AND o.relnamespace <> 'pg_toast'::regnamespace"
    " AND NOT (o.relkind IN ('i', 'I') AND o.oid IN ("
    "SELECT conindid FROM pg_constraint WHERE contype IN ('p', 'u', 'x')))"
    " AND NOT (o.relkind = 'S' AND o.oid IN ("
    "SELECT objid FROM pg_depend WHERE classid = 'pg_class'::regclass AND deptype = 'i'"
    " AND refclassid = 'pg_class'::regclass AND objid >= 16384))",
    "pg_type": "o.typtype NOT IN ('c', 'm')"
    " AND o.typsubscript <> 'array_subscript_handler'::regproc OR o.typtype = 'c' AND EXISTS ("
    "SELECT FROM pg_class c WHERE c.oid = o.typrelid AND c.relkind = 'c')",
    "pg_constraint": "o.contype NOT IN ('n', 't') AND NOT (o.contype = 'f' AND o.conparentid <> 0)",
    "pg_trigger": "NOT o.tgisinternal AND o.tgparentid = 0",
    "pg_rewrite": "o.rulename <> '_RETURN'",
}


def _rows(catalog: LiteralString, condition: LiteralString) -> LiteralString:
    return (
        "SELECT '"
        + catalog
        + "' AS class, array_agg(o.oid::bigint) AS oids FROM "
        + catalog
        + " o WHERE "
        + _IS_OURS
        + " AND ("
        + condition
        + ")"
    )


# A catalog closed to most roles, of which a part is open (catalog.md 5).
_ROWS: LiteralString = "\nUNION ALL\n".join(
    (
        *(_rows(catalog, _GLANCES.get(catalog, "true")) for catalog, _ in _OBJECTS),
        "SELECT 'pg_user_mapping', array_agg(umid::bigint) FROM pg_user_mappings",
    )
)

_IS_OBJECT: dict[str, LiteralString] = {
    catalog: _WITH + "SELECT o.oid FROM " + catalog + " o WHERE o.oid = ANY(%s::oid[])"
    " AND (" + condition + ") AND " + _is_own(catalog)
    for catalog, condition in _OBJECTS
}

NAMES: LiteralString = """
SELECT i.type, i.identity
  FROM unnest(%s::text[], %s::oid[]) AS a (class, oid),
       pg_identify_object(('pg_catalog.' || a.class)::regclass, a.oid, 0) AS i
"""


def made_rows(conn: Connection) -> Mapping[str, Sequence[int]]:
    """The OIDs of what was made after initdb, by catalog; of each a few that are no objects.

    Args:
        conn: a session inside `db.reading`.
    """
    return {class_: oids or () for class_, oids in fetch(conn, _ROWS)[1]}


def unmodelled(
    conn: Connection, made: Mapping[str, Sequence[int]], known: Addresses
) -> tuple[Unmodelled, ...]:
    """What the database holds besides the objects of `known`, sorted.

    Args:
        conn: a session inside `db.reading`.
        made: what `made_rows` found.
        known: the rows that belong to objects that were read.
    """
    left: list[Address] = []
    for class_, oids in made.items():
        unknown = [oid for oid in oids if (class_, oid) not in known]
        if unknown and class_ in _IS_OBJECT:
            unknown = [oid for (oid,) in fetch(conn, _IS_OBJECT[class_], (unknown,))[1]]
        left += [(class_, oid) for oid in unknown]
    rows = [*fetch(conn, UNCARRIED)[1]]
    rows += fetch(conn, subscriptions(conn.info.server_version))[1]
    labels = fetch(conn, LABELS)[1]
    if labels:
        known.add_parts(conn)
    rows += [
        (kind, name)
        for class_, oid, kind, name, is_on_part in labels
        if is_on_part or (class_, oid) not in known
    ]
    if left:
        rows += fetch(conn, NAMES, ([class_ for class_, _ in left], [oid for _, oid in left]))[1]
    return tuple(sorted({Unmodelled(kind=kind, identity=identity) for kind, identity in rows}))
