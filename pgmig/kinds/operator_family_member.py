"""ALTER OPERATOR FAMILY .. ADD: the rows of pg_amop and pg_amproc that belong to no class.

Members of a family of the system's or of an extension are read too, where they are not its own.
"""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.model import Kind, ObjectKey, Record, Statement, replaced


def _query(catalog: LiteralString, prefix: LiteralString, rest: LiteralString) -> LiteralString:
    """Loose members of one catalog; `prefix` begins the names of its columns.

    A member depends either on a class or on the family (opclasscmds.c, storeOperators), and on no
    extension: that it is one's own shows only in its operator or function, called `x` here, or in
    a class of one's own for its type, where that is a built-in one.
    """
    return (
        "SELECT m.oid, n.nspname AS schema, f.opfname AS family, a.amname AS method, "
        "format_type(m." + prefix + "lefttype, NULL) AS left, "
        "format_type(m." + prefix + "righttype, NULL) AS right, " + rest + " "
        "JOIN pg_opfamily f ON f.oid = m." + prefix + "family "
        "JOIN pg_namespace n ON n.oid = f.opfnamespace "
        "JOIN pg_am a ON a.oid = f.opfmethod "
        "WHERE m.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d "
        "WHERE d.classid = '" + catalog + "'::regclass AND d.objid = m.oid "
        "AND d.refclassid = 'pg_opclass'::regclass) "
        "AND CASE WHEN " + fragments.is_ours("f.opfnamespace") + " "
        "AND " + fragments.is_no_member("pg_opfamily", "f.oid") + " THEN true "
        "ELSE (f.oid < 16384 OR x.oid >= 16384 OR EXISTS (SELECT FROM pg_opclass c "
        "WHERE c.opcfamily = f.oid AND c.opcintype = m." + prefix + "lefttype "
        "AND " + fragments.is_no_member("pg_opclass", "c.oid") + ")) "
        "AND NOT EXISTS (SELECT FROM pg_depend e "
        "WHERE e.classid = x.tableoid AND e.objid = x.oid AND e.deptype = 'e') END"
    )


OPERATORS: LiteralString = _query(
    "pg_amop",
    "amop",
    """m.amopstrategy AS number,
       quote_ident(xn.nspname) || '.' || x.oprname || '(' ||
       CASE WHEN x.oprleft = 0 THEN 'NONE' ELSE format_type(x.oprleft, NULL) END || ', ' ||
       format_type(x.oprright, NULL) || ')' AS operator,
       (SELECT ARRAY[sn.nspname::text, s.opfname] FROM pg_opfamily s
          JOIN pg_namespace sn ON sn.oid = s.opfnamespace WHERE s.oid = m.amopsortfamily)
           AS order_by
  FROM pg_amop m
  JOIN pg_operator x ON x.oid = m.amopopr
  JOIN pg_namespace xn ON xn.oid = x.oprnamespace""",
)
FUNCTIONS: LiteralString = _query(
    "pg_amproc",
    "amproc",
    """m.amprocnum AS number, x.oid::regprocedure::text AS function
  FROM pg_amproc m
  JOIN pg_proc x ON x.oid = m.amproc""",
)


class FamilyOperator(Record, frozen=True, kw_only=True):
    """An operator in an operator family, but in none of its classes."""

    schema: str  # the family's, as name and method
    family: str
    method: str
    number: int  # the strategy
    left: str  # for which types, as format_type prints them
    right: str
    operator: str  # qualified, with its operands
    order_by: tuple[str, str] | None = None  # schema, name: the btree family that it sorts by


class FamilyFunction(Record, frozen=True, kw_only=True):
    """A support function in an operator family, but in none of its classes."""

    schema: str  # the family's, as name and method
    family: str
    method: str
    number: int
    left: str  # for which types, as format_type prints them
    right: str
    function: str  # as regprocedure prints it


Member = FamilyOperator | FamilyFunction


def _number(record: Member) -> str:
    return f"{record.number} ({record.left}, {record.right})"


def _key_name(record: Member) -> str:
    return f"{_number(record)} using {record.method}"


def _alter(key: ObjectKey, record: Member, action: str) -> Sequence[Statement]:
    family = ddl.name(record.schema, record.family)
    method = ddl.ident(record.method)
    return (ddl.statement(key, "ALTER OPERATOR FAMILY", family, "USING", method, action),)


def _create_operator(record: FamilyOperator) -> Sequence[Statement]:
    order = f" FOR ORDER BY {ddl.qualified(*record.order_by)}" if record.order_by else ""
    action = f"ADD OPERATOR {record.number} {record.operator}{order}"
    return _alter(FAMILY_OPERATOR.key(record), record, action)


def _drop_operator(record: FamilyOperator) -> Sequence[Statement]:
    return _alter(FAMILY_OPERATOR.key(record), record, f"DROP OPERATOR {_number(record)}")


def _create_function(record: FamilyFunction) -> Sequence[Statement]:
    action = f"ADD FUNCTION {_number(record)} {record.function}"
    return _alter(FAMILY_FUNCTION.key(record), record, action)


def _drop_function(record: FamilyFunction) -> Sequence[Statement]:
    return _alter(FAMILY_FUNCTION.key(record), record, f"DROP FUNCTION {_number(record)}")


_IDENTITY = ("schema", "family", "method", "number", "left", "right")

FAMILY_OPERATOR = Kind(
    name="family operator",
    record=FamilyOperator,
    classid="pg_amop",
    query=OPERATORS,
    create=_create_operator,
    drop=_drop_operator,
    identity=_IDENTITY,
    key_name=_key_name,
    parent="family",
    drops_with_owner=True,
    fields=(replaced("operator", "order_by"),),
)

FAMILY_FUNCTION = Kind(
    name="family function",
    record=FamilyFunction,
    classid="pg_amproc",
    query=FUNCTIONS,
    create=_create_function,
    drop=_drop_function,
    identity=_IDENTITY,
    key_name=_key_name,
    parent="family",
    drops_with_owner=True,
    fields=(replaced("function"),),
)
