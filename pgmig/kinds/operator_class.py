"""CREATE OPERATOR CLASS: pg_opclass with the rows of pg_amop and pg_amproc that depend on it."""

from collections.abc import Iterator, Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Kind, ObjectKey, Part, Record, Statement, replaced

QUERY: LiteralString = (
    """
SELECT c.oid, n.nspname AS schema, c.opcname AS name, pg_get_userbyid(c.opcowner) AS owner,
       a.amname AS method, format_type(c.opcintype, NULL) AS type, c.opcdefault AS is_default,
       ARRAY[fn.nspname::text, f.opfname] AS family,
       CASE WHEN c.opckeytype <> 0 THEN format_type(c.opckeytype, NULL) END AS storage
  FROM pg_opclass c
  JOIN pg_namespace n ON n.oid = c.opcnamespace
  JOIN pg_am a ON a.oid = c.opcmethod
  JOIN pg_opfamily f ON f.oid = c.opcfamily
  JOIN pg_namespace fn ON fn.oid = f.opfnamespace
 WHERE """
    + fragments.is_ours("c.opcnamespace")
    + " AND "
    + fragments.is_no_member("pg_opclass", "c.oid")
)

OPERATORS: LiteralString = (
    """
SELECT c.oid, m.amopstrategy AS number,
       quote_ident(xn.nspname) || '.' || x.oprname || '(' ||
       CASE WHEN x.oprleft = 0 THEN 'NONE' ELSE format_type(x.oprleft, NULL) END || ', ' ||
       format_type(x.oprright, NULL) || ')' AS operator,
       (SELECT ARRAY[sn.nspname::text, s.opfname] FROM pg_opfamily s
          JOIN pg_namespace sn ON sn.oid = s.opfnamespace WHERE s.oid = m.amopsortfamily)
           AS order_by
  FROM pg_depend d
  JOIN pg_amop m ON m.oid = d.objid
  JOIN pg_opclass c ON c.oid = d.refobjid
  JOIN pg_operator x ON x.oid = m.amopopr
  JOIN pg_namespace xn ON xn.oid = x.oprnamespace
 WHERE d.classid = 'pg_amop'::regclass AND d.refclassid = 'pg_opclass'::regclass AND """
    + fragments.is_ours("c.opcnamespace")
    + " ORDER BY c.oid, number, operator"
)

FUNCTIONS: LiteralString = (
    """
SELECT c.oid, m.amprocnum AS number, format_type(m.amproclefttype, NULL) AS left,
       format_type(m.amprocrighttype, NULL) AS right, m.amproc::regprocedure::text AS function
  FROM pg_depend d
  JOIN pg_amproc m ON m.oid = d.objid
  JOIN pg_opclass c ON c.oid = d.refobjid
 WHERE d.classid = 'pg_amproc'::regclass AND d.refclassid = 'pg_opclass'::regclass AND """
    + fragments.is_ours("c.opcnamespace")
    + ' ORDER BY c.oid, number, "left", "right"'
)


class ClassOperator(Record, frozen=True, kw_only=True):
    """An operator of an operator class, for the types that are its operands."""

    number: int  # the strategy
    operator: str  # qualified, with its operands
    order_by: tuple[str, str] | None = None  # schema, name: the btree family that it sorts by


class ClassFunction(Record, frozen=True, kw_only=True):
    """A support function of an operator class."""

    number: int
    left: str  # for which types, as format_type prints them
    right: str
    function: str  # as regprocedure prints it


class OperatorClass(Record, frozen=True, kw_only=True):
    """An operator class with its own members; names are unique within an access method."""

    schema: str
    name: str
    method: str
    owner: str
    type: str
    is_default: bool
    family: tuple[str, str]  # schema, name
    storage: str | None = None  # None: the type itself
    operators: tuple[ClassOperator, ...]
    functions: tuple[ClassFunction, ...]
    comment: str | None = None


def _key_name(record: OperatorClass) -> str:
    return f"{record.name} using {record.method}"


def _key(record: OperatorClass) -> ObjectKey:
    return OPERATOR_CLASS.key(record)


def _name(record: OperatorClass) -> "ddl.Node":
    name = ddl.name(record.schema, record.name)
    return ddl.clause(name, "USING", ddl.ident(record.method))


CARRIED = Carried("OPERATOR CLASS", _name, _key)


def _members(record: OperatorClass) -> Iterator[str]:
    for each in record.operators:
        order = f" FOR ORDER BY {ddl.qualified(*each.order_by)}" if each.order_by else ""
        yield f"OPERATOR {each.number} {each.operator}{order}"
    for one in record.functions:
        yield f"FUNCTION {one.number} ({one.left}, {one.right}) {one.function}"
    # A list without members names the storage, which may be the type itself (pg_dump does so).
    if record.storage or not (record.operators or record.functions):
        yield f"STORAGE {record.storage or record.type}"


def _create(record: OperatorClass) -> Sequence[Statement]:
    made = ddl.statement(
        _key(record),
        "CREATE OPERATOR CLASS",
        ddl.name(record.schema, record.name),
        "DEFAULT" if record.is_default else None,
        f"FOR TYPE {record.type} USING",
        ddl.ident(record.method),
        f"FAMILY {ddl.qualified(*record.family)} AS\n  " + ",\n  ".join(_members(record)),
    )
    return (made, *CARRIED.made(record))


def _drop(record: OperatorClass) -> Sequence[Statement]:
    return ddl.drop(_key(record), "OPERATOR CLASS", _name(record))


OPERATOR_CLASS = Kind(
    name="operator class",
    record=OperatorClass,
    classid="pg_opclass",
    query=QUERY,
    parts=(
        Part("operators", ClassOperator, OPERATORS),
        Part("functions", ClassFunction, FUNCTIONS),
    ),
    create=_create,
    drop=_drop,
    rename=CARRIED.renamed,
    identity=("schema", "name", "method"),
    key_name=_key_name,
    fields=(
        replaced("type", "is_default", "family", "storage", "operators", "functions"),
        *CARRIED.rows(),
    ),
)
