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

    Args:
        classid: its catalog, as `pg_class`.
        oid: its OID column.
    """
    return (
        "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '" + classid + "'::regclass "
        "AND e.objid = " + oid + " AND e.deptype = 'e')"
    )
