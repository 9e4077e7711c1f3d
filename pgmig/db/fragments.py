"""Pieces of catalog queries that many kinds share."""

from typing import LiteralString


def privileges(acl: LiteralString, kind: LiteralString, owner: LiteralString) -> LiteralString:
    """An expression: the differences of `acl` from the owner's default, as a JSON array or NULL.

    NULL, and the explicit acl that equals the default, give the same NULL (catalog.md 1.20).

    Args:
        acl: a column of type aclitem[].
        kind: the letter of acldefault(), quoted, as `'r'`.
        owner: the owner's OID column.
    """
    return (
        "CASE WHEN " + acl + " IS NOT NULL THEN (SELECT jsonb_agg(jsonb_build_object("
        "'grantee', CASE WHEN grantee = 0 THEN 'public' ELSE pg_get_userbyid(grantee) END, "
        "'privilege', privilege_type, 'grantor', pg_get_userbyid(grantor), "
        "'is_grantable', coalesce(a.is_grantable, false), 'is_held', a.is_grantable IS NOT NULL) "
        "ORDER BY CASE WHEN grantee = 0 THEN 'public' ELSE pg_get_userbyid(grantee) END, "
        "privilege_type, pg_get_userbyid(grantor)) "
        "FROM aclexplode(" + acl + ") a "
        "FULL JOIN aclexplode(acldefault(" + kind + ", " + owner + ")) d "
        "USING (grantor, grantee, privilege_type) "
        "WHERE a.is_grantable IS DISTINCT FROM d.is_grantable) END"
    )


def comment(classid: LiteralString, oid: LiteralString) -> LiteralString:
    """An expression: the comment on one object.

    Args:
        classid: its catalog, as `pg_class`.
        oid: its OID column.
    """
    return (
        "(SELECT description FROM pg_description WHERE classoid = '" + classid + "'::regclass "
        "AND objoid = " + oid + " AND objsubid = 0)"
    )


def column_comment(relation: LiteralString, number: LiteralString) -> LiteralString:
    """An expression: the comment on one column.

    Args:
        relation: the OID column of its relation.
        number: its attnum.
    """
    return (
        "(SELECT description FROM pg_description WHERE classoid = 'pg_class'::regclass "
        "AND objoid = " + relation + " AND objsubid = " + number + ")"
    )


def collation(own: LiteralString, default: LiteralString) -> LiteralString:
    """An expression: the collation's qualified name where it is not the type's own, or NULL.

    Args:
        own: the OID column of the collation used.
        default: the OID column of the type's collation.
    """
    return (
        "CASE WHEN " + own + " <> " + default + " THEN (SELECT quote_ident(cn.nspname) || '.' || "
        "quote_ident(co.collname) FROM pg_collation co "
        "JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = " + own + ") END"
    )


def extension_facet(classid: LiteralString) -> LiteralString:
    """A query: the objects made to depend on extensions, as `oid` and `extensions`.

    `ALTER ... DEPENDS ON EXTENSION` is deptype x; the object is no member (catalog.md 1.2).

    Args:
        classid: their catalog, as `pg_class`.
    """
    return (
        "SELECT d.objid AS oid, array_agg(x.extname::text ORDER BY x.extname) AS extensions "
        "FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid "
        "WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x' "
        "AND d.classid = '" + classid + "'::regclass GROUP BY d.objid"
    )


def settings(column: LiteralString) -> LiteralString:
    """An expression: settings `name=value` as JSON arrays [name, value, ...], or NULL.

    Settings that are lists of names have one value a name, others one (guc.h, GUC_LIST_QUOTE;
    pg_dump holds the same list of them).

    Args:
        column: a column of type text[], as proconfig.
    """
    return (
        "(SELECT jsonb_agg(jsonb_build_array(split_part(c, '=', 1)) || "
        "CASE WHEN split_part(c, '=', 1) IN ('search_path', 'temp_tablespaces', "
        "'local_preload_libraries', 'session_preload_libraries', 'shared_preload_libraries', "
        "'unix_socket_directories') "
        "THEN coalesce((SELECT jsonb_agg(coalesce(replace(v[1], '\"\"', '\"'), v[2]) ORDER BY m) "
        "FROM regexp_matches(substr(c, strpos(c, '=') + 1), "
        '\'"((?:[^"]|"")*)"|([^,[:space:]]+)\', \'g\') WITH ORDINALITY r(v, m)), \'[""]\') '
        "ELSE jsonb_build_array(substr(c, strpos(c, '=') + 1)) END ORDER BY n) "
        "FROM unnest(" + column + ") WITH ORDINALITY u(c, n))"
    )


def printed_options(column: LiteralString) -> LiteralString:
    """An expression: ` WITH (..)` as pg_get_indexdef prints it, or NULL (ruleutils.c).

    Args:
        column: a column of type text[], as reloptions.
    """
    return (
        "CASE WHEN " + column + " IS NOT NULL THEN (SELECT ' WITH (' || string_agg("
        "quote_ident(split_part(o, '=', 1)) || '=' || "
        "CASE WHEN quote_ident(v) = v THEN v "
        "ELSE '''' || replace(v, '''', '''''') || '''' END, ', ' ORDER BY place) || ')' "
        "FROM unnest(" + column + ") WITH ORDINALITY u(o, place), "
        "substr(o, strpos(o, '=') + 1) s(v)) END"
    )


def firing(state: LiteralString) -> LiteralString:
    """An expression: when a trigger or rule fires, as a word.

    Args:
        state: tgenabled or ev_enabled.
    """
    return (
        "CASE " + state + " WHEN 'O' THEN 'enabled' WHEN 'D' THEN 'disabled' "
        "WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END"
    )


def fdw_options(column: LiteralString) -> LiteralString:
    """An expression: options `name=value` of a foreign data wrapper's object by name, or NULL.

    Their order means nothing; ALTER changes it.

    Args:
        column: a column of type text[], as ftoptions.
    """
    return (
        "(SELECT array_agg(o ORDER BY split_part(o, '=', 1) COLLATE \"C\") "
        "FROM unnest(" + column + ") o)"
    )


def is_ours(namespace: LiteralString) -> LiteralString:
    """A condition: the schema is one that a snapshot reads.

    Left out are the system's schemas, temporary ones, and pgmig's own (catalog.md 0.4).

    Args:
        namespace: an OID column of pg_namespace.
    """
    return (
        namespace + " IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' "
        "AND nspname NOT IN ('information_schema', 'pgmig'))"
    )


def is_no_member(classid: LiteralString, oid: LiteralString) -> LiteralString:
    """A condition: the object does not belong to an extension (catalog.md A1).

    The members are few, and found by the index on what is depended upon; looking from the object
    would read all of pg_depend once a query.

    Args:
        classid: its catalog, as `pg_class`.
        oid: its OID column.
    """
    return (
        oid + " NOT IN (SELECT e.objid FROM pg_depend e "
        "WHERE e.refclassid = 'pg_extension'::regclass AND e.deptype = 'e' "
        "AND e.classid = '" + classid + "'::regclass)"
    )
