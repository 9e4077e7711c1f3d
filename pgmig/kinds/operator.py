"""CREATE OPERATOR: pg_operator, with the shell operators that wait to be defined."""

from collections.abc import Sequence
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Around,
    Kind,
    ObjectKey,
    Record,
    Statement,
    altered,
    altered_around,
    replaced,
)


def _link(column: LiteralString) -> LiteralString:
    return (
        "(SELECT ARRAY[ln.nspname::text, l.oprname] FROM pg_operator l "
        "JOIN pg_namespace ln ON ln.oid = l.oprnamespace WHERE l.oid = o." + column + ")"
    )


# An operator named as commutator or negator before it was defined is a shell: oprcode is 0. One
# that nobody names any more cannot be made by a statement and is left to the unmodelled.
QUERY: LiteralString = (
    """
SELECT o.oid, n.nspname AS schema, o.oprname AS name, pg_get_userbyid(o.oprowner) AS owner,
       CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END AS left,
       format_type(o.oprright, NULL) AS right,
       CASE WHEN o.oprcode <> 0 THEN o.oprcode::text END AS function,
       """
    + _link("oprcom")
    + """ AS commutator,
       """
    + _link("oprnegate")
    + """ AS negator,
       CASE WHEN o.oprrest <> 0 THEN o.oprrest::text END AS restrict,
       CASE WHEN o.oprjoin <> 0 THEN o.oprjoin::text END AS join,
       o.oprcanhash AS hashes, o.oprcanmerge AS merges
  FROM pg_operator o
  JOIN pg_namespace n ON n.oid = o.oprnamespace
 WHERE (o.oprcode <> 0 OR EXISTS (
       SELECT FROM pg_operator named WHERE o.oid IN (named.oprcom, named.oprnegate)))
   AND """
    + fragments.is_ours("o.oprnamespace")
    + " AND "
    + fragments.is_no_member("pg_operator", "o.oid")
)


class Operator(Record, frozen=True, kw_only=True):
    """An operator. Functions are named as regproc prints them."""

    schema: str
    name: str
    left: str | None = None  # None: a prefix operator
    right: str
    owner: str
    function: str | None = None  # None: a shell
    commutator: tuple[str, str] | None = None  # schema, name; its operands are swapped
    negator: tuple[str, str] | None = None  # schema, name; its operands are the same
    restrict: str | None = None
    join: str | None = None
    hashes: bool
    merges: bool
    comment: str | None = None


def _operands(record: Operator) -> str:
    return f"({record.left or 'NONE'}, {record.right})"


def _key_name(record: Operator) -> str:
    return record.name + _operands(record)


def _key(record: Operator) -> ObjectKey:
    return OPERATOR.key(record)


def _name(schema: str, name: str) -> str:
    # An operator's name takes no quotes.
    return f"{ddl.ident_text(schema)}.{name}"


def _signature(record: Operator) -> "ddl.Node":
    return ddl.raw(f"{_name(record.schema, record.name)} {_operands(record)}")


CARRIED = Carried("OPERATOR", _signature, _key)


def _linked(link: tuple[str, str] | None) -> str | None:
    return f"OPERATOR({_name(*link)})" if link else None


def _create(record: Operator) -> Sequence[Statement]:
    """The operator; a shell comes with the operator that names it (catalog/edges.py)."""
    if record.function is None:
        return CARRIED.made(record)
    options = {
        "FUNCTION": record.function,
        "LEFTARG": record.left,
        "RIGHTARG": record.right,
        "COMMUTATOR": _linked(record.commutator),
        "NEGATOR": _linked(record.negator),
        "RESTRICT": record.restrict,
        "JOIN": record.join,
    }
    given = [f"{option} = {value}" for option, value in options.items() if value]
    given += ["HASHES"] if record.hashes else []
    given += ["MERGES"] if record.merges else []
    name = _name(record.schema, record.name)
    made = ddl.statement(_key(record), "CREATE OPERATOR", name, ddl.commas(given))
    return (made, *CARRIED.made(record))


def _drop(record: Operator) -> Sequence[Statement]:
    return ddl.drop(_key(record), "OPERATOR", _signature(record))


def _set_estimators(_: Operator, new: Operator) -> Sequence[Statement]:
    options = (f"RESTRICT = {new.restrict or 'NONE'}", f"JOIN = {new.join or 'NONE'}")
    target = _signature(new)
    return (ddl.statement(_key(new), "ALTER OPERATOR", target, "SET", ddl.commas(options)),)


_LINKED_LATER = 17  # the first major whose ALTER OPERATOR sets links and flags


def _set_links(old: Operator, new: Operator, around: Around) -> Sequence[Statement] | None:
    """ALTER OPERATOR gives what was not there, and never takes it back."""
    if (old.hashes and not new.hashes) or (old.merges and not new.merges):
        return None
    given = ["HASHES"] if new.hashes and not old.hashes else []
    given += ["MERGES"] if new.merges and not old.merges else []
    for option in ("commutator", "negator"):
        if getattr(old, option) == getattr(new, option):
            continue
        found = _link_change(option, old, new, around)
        if found is None:
            return None
        given += found
    if not given:
        return ()
    if around.major < _LINKED_LATER:
        return None
    target = _signature(new)
    return (ddl.statement(_key(new), "ALTER OPERATOR", target, "SET", ddl.commas(given)),)


def _link_change(option: str, old: Operator, new: Operator, around: Around) -> Sequence[str] | None:
    """The option of ALTER that changes the link; none where the other operator brings it."""
    before, after = _other(option, old), _other(option, new)
    if before is not None and (after is not None or around.is_kept(before)):
        return None
    if after is None:
        return ()  # DROP OPERATOR of the other one cuts it (OperatorUpd, pg_operator.c)
    if around.is_kept(after):
        return (f"{option.upper()} = {_linked(getattr(new, option))}",)
    other = around.new.get(after)
    is_mutual = getattr(other, option, None) == (new.schema, new.name)
    return () if is_mutual else None  # CREATE OPERATOR of the other one links both


def _other(option: str, record: Operator) -> ObjectKey | None:
    """The operator that a link leads to; a commutator's operands are swapped."""
    link: tuple[str, str] | None = getattr(record, option)
    if link is None:
        return None
    schema, name = link
    left, right = record.left, record.right
    if option == "commutator" and left is not None:
        left, right = right, left
    return ObjectKey(OPERATOR.name, schema, f"{name}({left or 'NONE'}, {right})")


OPERATOR = Kind(
    name="operator",
    record=Operator,
    classid="pg_operator",
    query=QUERY,
    create=_create,
    drop=_drop,
    identity=("schema", "name", "left", "right"),
    key_name=_key_name,
    fields=(
        replaced("function"),
        altered_around("commutator", "negator", "hashes", "merges", by=_set_links),
        altered("restrict", "join", by=_set_estimators),
        *CARRIED.rows(),
    ),
)
