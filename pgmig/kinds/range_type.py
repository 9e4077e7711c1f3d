"""CREATE TYPE AS RANGE: pg_range; its multirange type and constructors come with it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import LiteralString

import msgspec

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.bestowed import taken_back
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Around,
    Cut,
    Hazard,
    Kind,
    Label,
    ObjectKey,
    Privilege,
    Record,
    Statement,
    altered,
    replaced,
)

QUERY: LiteralString = (
    """
SELECT t.oid, n.nspname AS schema, t.typname AS name, pg_get_userbyid(t.typowner) AS owner,
       format_type(r.rngsubtype, NULL) AS subtype,
       CASE WHEN NOT o.opcdefault OR o.opcintype <> r.rngsubtype THEN (
            SELECT ARRAY[nspname::text, o.opcname] FROM pg_namespace WHERE oid = o.opcnamespace)
            END AS opclass,
       """
    + fragments.collation("r.rngcollation", "s.typcollation")
    + """ AS collation,
       CASE WHEN r.rngcanonical <> 0 THEN r.rngcanonical::text END AS canonical,
       CASE WHEN r.rngsubdiff <> 0 THEN r.rngsubdiff::text END AS subtype_diff,
       format_type(r.rngmultitypid, NULL) AS multirange,
       """
    + fragments.privileges("t.typacl", "'T'", "t.typowner")
    + """ AS privileges,
       """
    + fragments.privileges("m.typacl", "'T'", "m.typowner")
    + """ AS multirange_privileges,
       """
    + fragments.comment("pg_type", "r.rngmultitypid")
    + """ AS multirange_comment
  FROM pg_range r
  JOIN pg_type t ON t.oid = r.rngtypid
  JOIN pg_type m ON m.oid = r.rngmultitypid
  JOIN pg_type s ON s.oid = r.rngsubtype
  JOIN pg_opclass o ON o.oid = r.rngsubopc
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE """
    + fragments.is_ours("t.typnamespace")
    + " AND "
    + fragments.is_no_member("pg_type", "t.oid")
)


class RangeType(Record, frozen=True, kw_only=True):
    """A range type with its multirange type."""

    schema: str
    name: str
    owner: str
    subtype: str  # "": a shell that waits for its canonical function
    opclass: tuple[str, str] | None = None  # schema, name; None: the subtype's default
    collation: str | None = None  # None: the subtype's
    canonical: str | None = None  # a function, as regproc prints it
    subtype_diff: str | None = None  # a function, as regproc prints it
    multirange: str  # as format_type prints it
    multirange_privileges: tuple[Privilege, ...] | None = None  # until 16: then the range's count
    multirange_comment: str | None = None
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: RangeType) -> ObjectKey:
    return RANGE_TYPE.key(record)


def _name(record: RangeType) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("TYPE", _name, _key, grants_on="TYPE", has_labels=True)


def _create(record: RangeType) -> Sequence[Statement]:
    key, name = _key(record), _name(record)
    if not record.subtype:
        return (ddl.statement(key, "CREATE TYPE", name),)
    options = {
        "SUBTYPE": record.subtype,
        "SUBTYPE_OPCLASS": ddl.qualified(*record.opclass) if record.opclass else None,
        "COLLATION": record.collation,
        "CANONICAL": record.canonical,
        "SUBTYPE_DIFF": record.subtype_diff,
        "MULTIRANGE_TYPE_NAME": record.multirange,
    }
    given = ddl.commas(f"{option} = {value}" for option, value in options.items() if value)
    return (
        ddl.statement(key, "CREATE TYPE", name, "AS RANGE", given),
        *CARRIED.made(record),
        *_multirange_privileges(None, record),
        *ddl.comment(key, "TYPE", record.multirange, record.multirange_comment),
    )


def _multirange_privileges(old: RangeType | None, new: RangeType) -> Sequence[Statement]:
    return ddl.privilege_change(
        _key(new),
        "TYPE",
        new.multirange,
        (old.multirange_privileges if old else None) or (),
        new.multirange_privileges or (),
        owned_by=new.owner,
    )


_SHARED = 17  # from this major on a multirange type has the privileges of its range type


def _bestowed(record: RangeType, around: Around) -> Sequence[Statement]:
    made = CARRIED.bestowed(record, around)
    if around.major >= _SHARED:
        return made
    held, bestowals = record.multirange_privileges or (), around.bestowed_in(record.schema)
    changes = taken_back("TYPE", record.owner, held, bestowals)
    target = record.multirange
    return (*made, *ddl.privileges(_key(record), "TYPE", target, changes, owned_by=record.owner))


def _comment_multirange(_: RangeType, new: RangeType) -> Sequence[Statement]:
    return ddl.comment_change(_key(new), "TYPE", new.multirange, new.multirange_comment)


def _rename_multirange(old: RangeType, new: RangeType) -> Sequence[Statement] | None:
    schema, name = ddl.unqualified(new.multirange)
    if ddl.unqualified(old.multirange)[0] != schema:
        return None
    return _renamed_multirange(old, _constructors(old)[2:], name)


def _drop(record: RangeType) -> Sequence[Statement]:
    return ddl.drop(_key(record), "TYPE", _name(record))


def _constructors(record: RangeType) -> Sequence[str]:
    """The functions that came with the type, with their input types; two are the range's."""
    own = ddl.qualified(record.schema, record.name)
    plain, subtype = ddl.unqualified(record.multirange), record.subtype
    multirange = ddl.qualified(*plain)
    return (
        f"{own}({subtype}, {subtype})",
        f"{own}({subtype}, {subtype}, text)",
        f"{multirange}()",
        f"{multirange}({own})",
        f"{multirange}({own}[])",
    )


def _renamed_function(record: RangeType, function: str, name: str) -> Statement:
    return ddl.statement(_key(record), "ALTER FUNCTION", function, "RENAME TO", ddl.ident(name))


def _renamed_multirange(
    record: RangeType, constructors: Sequence[str], name: str
) -> Sequence[Statement]:
    key = _key(record)
    return (
        *(_renamed_function(record, each, name) for each in constructors),
        ddl.statement(key, "ALTER TYPE", record.multirange, "RENAME TO", ddl.ident(name)),
    )


def _renamed(record: RangeType, name: str) -> Sequence[Statement]:
    """The type under a new name. Its constructors keep theirs unless they are renamed too."""
    own = (_renamed_function(record, each, name) for each in _constructors(record)[:2])
    to = ("RENAME TO", ddl.ident(name))
    return (*own, ddl.statement(_key(record), "ALTER TYPE", _name(record), *to))


def _set_aside(
    old: RangeType, new: RangeType, name: str
) -> tuple[Sequence[Statement], Sequence[Statement]]:
    key = _key(old)
    hazard = Hazard("narrowing", key, f"ranges of {old.subtype} become ranges of {new.subtype}")
    first, *renamed = (
        *_renamed_multirange(old, _constructors(old)[2:], f"{name}_multirange"),
        *_renamed(old, name),
    )
    told = replace(first, hazards=(hazard,))
    return (told, *renamed), ddl.drop(key, "TYPE", ddl.name(old.schema, name))


def _rename(record: RangeType, column: str, new_name: str) -> Sequence[Statement] | None:
    """The range type; its multirange type keeps its name."""
    return None if column else _renamed(record, new_name)


def _cut(record: RangeType) -> Cut[RangeType] | None:
    """A shell type first: a canonical function takes the type that calls it."""
    if record.canonical is None:
        return None
    shell = msgspec.structs.replace(record, subtype="")
    return Cut(shell, tuple(_create(record)), lambda _: True)


def _neutral(record: RangeType, _: int) -> RangeType | None:
    """From 17 a multirange type has the privileges of its range type."""
    return record if record.multirange_privileges is None else None


RANGE_TYPE = Kind(
    name="range type",
    record=RangeType,
    classid="pg_type",
    query=QUERY,
    create=_create,
    drop=_drop,
    bestowed=_bestowed,
    cut=_cut,
    hand_over=CARRIED.handed_over,
    fields=(
        replaced("subtype", "opclass", "collation", "canonical", "subtype_diff"),
        altered("multirange", by=_rename_multirange),
        altered("multirange_privileges", by=_multirange_privileges),
        altered("multirange_comment", by=_comment_multirange),
        *CARRIED.rows(),
    ),
    neutral=_neutral,
    set_aside=_set_aside,
    rename=_rename,
)
