"""CREATE TYPE AS (...): pg_class of relkind c with pg_attribute; row types of tables are theirs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import LiteralString

import msgspec

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.errors import UnsupportedChange
from pgmig.model import (
    Around,
    Edge,
    Hazard,
    Kind,
    Label,
    ObjectKey,
    Part,
    Privilege,
    Record,
    Statement,
    altered_around,
)

QUERY: LiteralString = (
    """
SELECT t.oid, n.nspname AS schema, t.typname AS name, pg_get_userbyid(t.typowner) AS owner,
       """
    + fragments.privileges("t.typacl", "'T'", "t.typowner")
    + """ AS privileges
  FROM pg_type t
  JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE """
    + fragments.is_ours("t.typnamespace")
    + " AND "
    + fragments.is_no_member("pg_type", "t.oid")
)

ATTRIBUTES: LiteralString = (
    """
SELECT c.reltype AS oid, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       """
    + fragments.collation("a.attcollation", "t.typcollation")
    + """ AS collation,
       """
    + fragments.column_comment("a.attrelid", "a.attnum")
    + """ AS comment
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
 WHERE c.relkind = 'c' AND """
    + fragments.is_ours("c.relnamespace")
    + """
 ORDER BY c.oid, a.attnum"""
)


class Attribute(Record, frozen=True, kw_only=True):
    """An attribute of a composite type."""

    name: str
    type: str
    collation: str | None = None  # None: the type's own
    comment: str | None = None


class CompositeType(Record, frozen=True, kw_only=True):
    """A composite type that stands alone."""

    schema: str
    name: str
    owner: str
    attributes: tuple[Attribute, ...]
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: CompositeType) -> ObjectKey:
    return COMPOSITE_TYPE.key(record)


def _name(record: CompositeType) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("TYPE", _name, _key, grants_on="TYPE", has_labels=True)


def _attribute(attribute: Attribute) -> "ddl.Node":
    collation = f"COLLATE {attribute.collation}" if attribute.collation else None
    return ddl.clause(ddl.ident(attribute.name), attribute.type, collation)


def _create(record: CompositeType) -> Sequence[Statement]:
    key = _key(record)
    attributes = ddl.commas(_attribute(each) for each in record.attributes)
    statements = [ddl.statement(key, "CREATE TYPE", _name(record), "AS", attributes)]
    statements += CARRIED.made(record)
    for each in record.attributes:
        statements += ddl.comment(key, "COLUMN", _attribute_name(record, each), each.comment)
    return statements


def _attribute_name(record: CompositeType, attribute: Attribute) -> str:
    return f"{ddl.qualified(record.schema, record.name)}.{ddl.ident_text(attribute.name)}"


def _drop(record: CompositeType) -> Sequence[Statement]:
    return ddl.drop(_key(record), "TYPE", _name(record))


def _action(record: CompositeType, column: str, *pieces: "ddl.Node | str") -> Statement:
    return ddl.action(_key(record), "TYPE", _name(record), *pieces, column=column)


def _names(record: CompositeType) -> tuple[str, ...]:
    return tuple(each.name for each in record.attributes)


def _reached(old: CompositeType, new: CompositeType) -> tuple[str, ...]:
    """The attributes after DROP ATTRIBUTE, and ADD ATTRIBUTE, which puts them at the end."""
    had, wanted = _names(old), _names(new)
    kept = tuple(name for name in had if name in wanted)
    return kept + tuple(name for name in wanted if name not in had)


def _is_other_type(was: Attribute | None, attribute: Attribute) -> bool:
    return was is not None and (was.type, was.collation) != (attribute.type, attribute.collation)


def _retyped(old: CompositeType, new: CompositeType) -> tuple[Attribute, ...]:
    before = {each.name: each for each in old.attributes}
    return tuple(each for each in new.attributes if _is_other_type(before.get(each.name), each))


def _shape(old: CompositeType, new: CompositeType, *, is_held: bool) -> Sequence[Statement]:
    """DROP and ADD ATTRIBUTE; values of the type are not touched, wherever they are."""
    had, wanted = _names(old), _names(new)
    dropped = [_drop_attribute(new, name, is_held=is_held) for name in had if name not in wanted]
    added = [
        _action(new, each.name, "ADD ATTRIBUTE", _attribute(each))
        for each in new.attributes
        if each.name not in had
    ]
    return (*dropped, *added)


def _drop_attribute(record: CompositeType, name: str, *, is_held: bool) -> Statement:
    evidence = f"attribute {name} goes, with what columns of the type hold in it"
    hazards = (Hazard("data-loss", _key(record), evidence),) if is_held else ()
    dropped = _action(record, name, "DROP ATTRIBUTE", ddl.ident(name))
    return replace(dropped, hazards=hazards, phase="remove")


def _alter_attributes(
    old: CompositeType, new: CompositeType, around: Around
) -> Sequence[Statement] | None:
    """None where it can be made again: the values that columns hold keep their order as it is."""
    retyped = _retyped(old, new)
    is_held = any(map(_may_hold, around.edges_to(_key(old))))
    is_moved = _reached(old, new) != _names(new)
    if (is_moved and not is_held) or (retyped and _is_used(_key(old), around)):
        return None
    statements = [*_shape(old, new, is_held=is_held)]
    for each in retyped:
        collation = f"COLLATE {each.collation}" if each.collation else ""
        change = ("ALTER ATTRIBUTE", ddl.ident(each.name), f"TYPE {each.type}", collation)
        statements.append(_action(new, each.name, *change))
    comments = {each.name: each.comment for each in old.attributes}
    for each in new.attributes:
        if each.comment != comments.get(each.name):
            told = ddl.comment_change(_key(new), "COLUMN", _attribute_name(new, each), each.comment)
            statements += [replace(one, column=each.name) for one in told]
    return statements


def _may_hold(edge: Edge) -> bool:
    """Whether a column, or another type, is of the type."""
    return bool(edge.source_column) or edge.source.kind in _TYPES


_TYPES = frozenset({"composite type", "domain", "range type", "table"})


def _is_used(key: ObjectKey, around: Around) -> bool:
    """Whether ALTER ATTRIBUTE TYPE is refused, or would change what an expression means.

    Only a routine whose body is a string reads the type anew each time.
    """
    return any(
        edge.source.kind != "routine" or getattr(around.old[edge.source], "body", None) is not None
        for edge in around.edges_to(key)
    )


def _disturbed(old: CompositeType, new: CompositeType) -> frozenset[str]:
    """A table OF the type must let go of it before an attribute comes, goes or changes."""
    if _names(old) == _names(new) and not _retyped(old, new):
        return frozenset()
    return frozenset({"", *(each.name for each in _retyped(old, new))})


def _set_aside(
    old: CompositeType, new: CompositeType, name: str
) -> tuple[Sequence[Statement], Sequence[Statement]]:
    """The old type renamed, with as many attributes as the new one, in the same places.

    Its values are read as the new type's from their text, which tells places and no names.

    Raises:
        UnsupportedChange: the attributes stand in another order.
    """
    key = _key(old)
    if _reached(old, new) != _names(new):
        listed = f"{', '.join(_names(old))} become {', '.join(_names(new))}"
        change = f"{key}: attributes {listed}, in another order, while columns hold values of it"
        raise UnsupportedChange(changes=(change,))
    shaped = msgspec.structs.replace(new, attributes=_as_text(old, new))
    statements = _shape(old, shaped, is_held=True)
    retyped = ", ".join(each.name for each in _retyped(old, new))
    hazards: tuple[Hazard, ...] = ()
    if retyped:
        evidence = f"attributes that get another type: {retyped}"
        hazards = (Hazard("narrowing", key, evidence),)
    renamed = ddl.statement(
        key, "ALTER TYPE", _name(old), "RENAME TO", ddl.ident(name), hazards=hazards
    )
    return (*statements, renamed), ddl.drop(key, "TYPE", ddl.name(old.schema, name))


def _as_text(old: CompositeType, new: CompositeType) -> tuple[Attribute, ...]:
    """The new attributes, those that the old type lacks as text: their own type may be new too."""
    had = _names(old)
    return tuple(
        each if each.name in had else Attribute(name=each.name, type="text")
        for each in new.attributes
    )


def _rename(record: CompositeType, column: str, new_name: str) -> Sequence[Statement] | None:
    """The type, or the attribute that `column` names."""
    change = ddl.clause("RENAME TO", ddl.ident(new_name))
    if column:
        change = ddl.clause("RENAME ATTRIBUTE", ddl.ident(column), "TO", ddl.ident(new_name))
    return (ddl.statement(_key(record), "ALTER TYPE", _name(record), change),)


COMPOSITE_TYPE = Kind(
    name="composite type",
    record=CompositeType,
    classid="pg_type",
    query=QUERY,
    parts=(Part("attributes", Attribute, ATTRIBUTES),),
    create=_create,
    drop=_drop,
    bestowed=CARRIED.bestowed,
    fields=(altered_around("attributes", by=_alter_attributes), *CARRIED.rows()),
    disturbed=_disturbed,
    set_aside=_set_aside,
    rename=_rename,
)
