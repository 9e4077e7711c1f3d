"""CREATE DOMAIN: pg_type of typtype d; its CHECK constraints are in domain_constraint.py."""

from collections.abc import Sequence
from dataclasses import replace
from typing import LiteralString

import msgspec

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Around,
    Cut,
    Edge,
    Hazard,
    Kind,
    Label,
    LetGo,
    ObjectKey,
    Privilege,
    Record,
    Statement,
    altered,
    altered_around,
    replaced,
)

# NOT NULL is a row of pg_constraint from 17 on; before, the join finds none. The default name is
# free only while no other constraint of the schema has it (ChooseConstraintName).
QUERY: LiteralString = (
    """
SELECT t.oid, n.nspname AS schema, t.typname AS name, pg_get_userbyid(t.typowner) AS owner,
       format_type(t.typbasetype, t.typtypmod) AS type,
       """
    + fragments.collation("t.typcollation", "b.typcollation")
    + """ AS collation,
       pg_get_expr(t.typdefaultbin, 'pg_type'::regclass) AS default,
       t.typnotnull AS is_not_null,
       CASE WHEN k.conname <> t.typname || '_not_null' OR EXISTS (
              SELECT FROM pg_constraint o WHERE o.conname = k.conname
                 AND o.connamespace = k.connamespace AND o.oid <> k.oid) THEN k.conname END
           AS not_null_name,
       """
    + fragments.comment("pg_constraint", "k.oid")
    + """ AS not_null_comment,
       """
    + fragments.privileges("t.typacl", "'T'", "t.typowner")
    + """ AS privileges
  FROM pg_type t
  JOIN pg_type b ON b.oid = t.typbasetype
  JOIN pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_constraint k ON k.contypid = t.oid AND k.contype = 'n'
 WHERE t.typtype = 'd' AND """
    + fragments.is_ours("t.typnamespace")
    + " AND "
    + fragments.is_no_member("pg_type", "t.oid")
)


class Domain(Record, frozen=True, kw_only=True):
    """A domain without its CHECK constraints."""

    schema: str
    name: str
    owner: str
    type: str
    collation: str | None = None  # None: the base type's
    default: str | None = None
    is_not_null: bool
    not_null_name: str | None = None  # None: the default name, unshared, or a server before 17
    not_null_comment: str | None = None
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: Domain) -> ObjectKey:
    return DOMAIN.key(record)


def _name(record: Domain) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("DOMAIN", _name, _key, grants_on="DOMAIN", has_labels=True)


def _alter(record: Domain, *action: "ddl.Node | str") -> Statement:
    return ddl.statement(_key(record), "ALTER DOMAIN", _name(record), *action)


def _not_null_name(record: Domain) -> str:
    return record.not_null_name or f"{record.name}_not_null"


def _not_null(record: Domain) -> "ddl.Node":
    return ddl.clause(ddl.ident(_not_null_name(record)), "ON DOMAIN", _name(record))


def _create(record: Domain) -> Sequence[Statement]:
    name = record.not_null_name
    made = ddl.statement(
        _key(record),
        "CREATE DOMAIN",
        _name(record),
        f"AS {record.type}",
        f"COLLATE {record.collation}" if record.collation else None,
        f"DEFAULT {record.default}" if record.default is not None else None,
        f"CONSTRAINT {ddl.ident_text(name)}" if name is not None else None,
        "NOT NULL" if record.is_not_null else None,
    )
    return (
        made,
        *CARRIED.made(record),
        *ddl.comment(_key(record), "CONSTRAINT", _not_null(record), record.not_null_comment),
    )


def _drop(record: Domain) -> Sequence[Statement]:
    return ddl.drop(_key(record), "DOMAIN", _name(record))


def _set_default(_: Domain, new: Domain) -> Sequence[Statement]:
    if new.default is None:
        return (_alter(new, "DROP DEFAULT"),)
    return (_alter(new, f"SET DEFAULT {new.default}"),)


def _set_not_null(old: Domain, new: Domain, around: Around) -> Sequence[Statement] | None:
    if not new.is_not_null:
        return (_alter(new, "DROP NOT NULL"),)
    if not old.is_not_null and _is_inside(_key(old), around):
        return None
    statements: list[Statement] = []
    if not old.is_not_null and new.not_null_name is None:
        statements.append(_alter(new, "SET NOT NULL"))
    elif not old.is_not_null:
        statements.append(_alter(new, "ADD CONSTRAINT", ddl.ident(_not_null_name(new)), "NOT NULL"))
    elif old.not_null_name != new.not_null_name:
        names = (ddl.ident(_not_null_name(old)), "TO", ddl.ident(_not_null_name(new)))
        statements.append(_alter(new, "RENAME CONSTRAINT", *names))
    if old.not_null_comment != new.not_null_comment:
        statements += ddl.comment_change(
            _key(new), "CONSTRAINT", _not_null(new), new.not_null_comment
        )
    return statements


def _is_inside(key: ObjectKey, around: Around) -> bool:
    """Whether an array, a row or a range of it may be in a column: SET NOT NULL refuses that.

    A domain over the domain does not hide it (AlterDomainNotNull, typecmds.c).
    """
    name = ddl.qualified(key.schema, key.name)
    for edge in around.edges_to(key):
        source = edge.source
        if source.kind in {"composite type", "range type"}:
            return True
        if source.kind == "domain":
            if _type_of(around.old[source]) != name or _is_inside(source, around):
                return True
        elif edge.source_column and not edge.is_default and source.kind != "view":
            columns = getattr(around.old[source], "columns", ())
            types = {each.name: _type_of(each) for each in columns}
            if types.get(edge.source_column) != name:
                return True
    return False


def _type_of(record: object) -> str | None:
    return getattr(record, "type", None)


def _cut(record: Domain) -> Cut[Domain] | None:
    """The domain first, its default once what it calls is there."""
    if record.default is None:
        return None
    first = msgspec.structs.replace(record, default=None)
    undo = tuple(_set_default(record, first))
    return Cut(first, tuple(_set_default(first, record)), _is_of_default, undo)


def _is_of_default(edge: Edge) -> bool:
    # The base type is never one of these, and a default can hardly need anything else.
    return edge.target.kind in {"routine", "operator", "sequence"}


def _let_go(record: Domain, edges: Sequence[Edge]) -> LetGo[Domain] | None:
    """Without the default that needs them; the base type it cannot let go of."""
    if record.default is None or not all(map(_is_of_default, edges)):
        return None
    first = msgspec.structs.replace(record, default=None)
    released = (replace(each, phase="release") for each in _set_default(record, first))
    return LetGo(first, tuple(released))


def _set_aside(
    old: Domain, new: Domain, name: str
) -> tuple[Sequence[Statement], Sequence[Statement]]:
    key, statements = _key(old), list[Statement]()
    if old.is_not_null:
        # From 17 on its constraint would keep the default name from the new domain's.
        statements.append(_alter(old, "DROP NOT NULL"))
    hazard = Hazard("narrowing", key, f"{_type(old)} becomes {_type(new)}")
    statements.append(
        ddl.statement(
            key, "ALTER DOMAIN", _name(old), "RENAME TO", ddl.ident(name), hazards=(hazard,)
        )
    )
    return statements, ddl.drop(key, "DOMAIN", ddl.name(old.schema, name))


def _type(record: Domain) -> str:
    return f"{record.type} COLLATE {record.collation}" if record.collation else record.type


def _rename(record: Domain, column: str, new_name: str) -> Sequence[Statement] | None:
    if column:
        return None
    return (_alter(record, "RENAME TO", ddl.ident(new_name)),)


DOMAIN = Kind(
    name="domain",
    record=Domain,
    classid="pg_type",
    query=QUERY,
    create=_create,
    drop=_drop,
    bestowed=CARRIED.bestowed,
    cut=_cut,
    fields=(
        replaced("type", "collation"),
        altered("default", by=_set_default),
        altered_around("is_not_null", "not_null_name", "not_null_comment", by=_set_not_null),
        *CARRIED.rows(),
    ),
    let_go=_let_go,
    set_aside=_set_aside,
    rename=_rename,
)
