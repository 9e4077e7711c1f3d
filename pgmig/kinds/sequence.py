"""CREATE SEQUENCE: pg_sequence; serial sequences too, identity sequences not (table.py)."""

from collections.abc import Sequence as Several
from typing import LiteralString

import msgspec

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import (
    Around,
    Edge,
    Hazard,
    Kind,
    Label,
    LetGo,
    ObjectKey,
    Phase,
    Privilege,
    Record,
    Statement,
    altered,
    altered_around,
)

# Identity sequences depend on their column with deptype i, owned ones with a (manual, pg_depend).
QUERY: LiteralString = (
    """
SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
       format_type(s.seqtypid, NULL) AS type, s.seqstart AS start, s.seqincrement AS increment,
       s.seqmin AS minimum, s.seqmax AS maximum, s.seqcache AS cache, s.seqcycle AS cycle,
       c.relpersistence = 'u' AS is_unlogged,
       CASE WHEN o.refobjid IS NOT NULL THEN ARRAY[tn.nspname::text, t.relname, a.attname] END
           AS owned_by,
       """
    + fragments.privileges("c.relacl", "'s'", "c.relowner")
    + """ AS privileges
  FROM pg_sequence s
  JOIN pg_class c ON c.oid = s.seqrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid
        AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
  LEFT JOIN pg_class t ON t.oid = o.refobjid
  LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
 WHERE o.deptype IS DISTINCT FROM 'i' AND c.relpersistence <> 't' AND """
    + fragments.is_ours("c.relnamespace")
    + " AND "
    + fragments.is_no_member("pg_class", "c.oid")
)


class Sequence(Record, frozen=True, kw_only=True):
    """A sequence that is an object of its own."""

    schema: str
    name: str
    owner: str
    type: str  # smallint, integer or bigint
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    is_unlogged: bool
    owned_by: tuple[str, str, str] | None = None  # schema, table, column
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: Sequence) -> ObjectKey:
    return SEQUENCE.key(record)


def _name(record: Sequence) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("SEQUENCE", _name, _key, grants_on="SEQUENCE", has_labels=True)


def _create(record: Sequence) -> Several[Statement]:
    key, name = _key(record), _name(record)
    options = ddl.sequence_options(
        type_=record.type,
        start=record.start,
        increment=record.increment,
        minimum=record.minimum,
        maximum=record.maximum,
        cache=record.cache,
        cycle=record.cycle,
    )
    subject = "CREATE UNLOGGED SEQUENCE" if record.is_unlogged else "CREATE SEQUENCE"
    type_ = f"AS {record.type}" if record.type != "bigint" else None
    return (
        ddl.statement(key, subject, name, type_, options),
        *CARRIED.made(record),
    )


def _set_owned_by(record: Sequence) -> Several[Statement]:
    if record.owned_by is None:
        return ()
    schema, table, column = record.owned_by
    target = ddl.raw(f"{ddl.qualified(schema, table)}.{ddl.ident_text(column)}")
    return (ddl.statement(_key(record), "ALTER SEQUENCE", _name(record), "OWNED BY", target),)


def _is_ownership(edge: Edge) -> bool:
    return edge.type == "a"


def _drop(record: Sequence) -> Several[Statement]:
    return ddl.drop(_key(record), "SEQUENCE", _name(record))


def _set_options(old: Sequence, new: Sequence) -> Several[Statement]:
    """AS moves a bound that was the type's default: both are given (catalog.md 1.5)."""
    is_retyped = old.type != new.type
    changed = [
        f"AS {new.type}" if is_retyped else "",
        f"INCREMENT BY {new.increment}" if old.increment != new.increment else "",
        f"MINVALUE {new.minimum}" if is_retyped or old.minimum != new.minimum else "",
        f"MAXVALUE {new.maximum}" if is_retyped or old.maximum != new.maximum else "",
        f"START WITH {new.start}" if old.start != new.start else "",
        f"CACHE {new.cache}" if old.cache != new.cache else "",
        ("CYCLE" if new.cycle else "NO CYCLE") if old.cycle != new.cycle else "",
    ]
    is_apart = old.maximum < new.minimum or new.maximum < old.minimum
    if is_apart:  # the position is out of the new bounds, which is an error
        changed.append(f"RESTART WITH {new.start}")
    hazards: tuple[Hazard, ...] = ()
    if new.minimum > old.minimum or new.maximum < old.maximum:
        evidence = f"its position must lie between {new.minimum} and {new.maximum}"
        hazards = (Hazard("narrowing", _key(new), evidence),)
    options = " ".join(each for each in changed if each)
    alter = ddl.statement(_key(new), "ALTER SEQUENCE", _name(new), options, hazards=hazards)
    return (alter,) if is_apart else (*_moved(old, new), alter)


def _moved(old: Sequence, new: Sequence) -> Several[Statement]:
    """setval, where the value that the sequence was made with is out of the new bounds.

    A sequence that has not left that side moves to the bound.
    """
    if new.minimum <= old.start <= new.maximum:
        return ()
    is_below = old.start < new.minimum
    bound, sign = (new.minimum, "<") if is_below else (new.maximum, ">")
    is_called = "true" if is_below == (new.increment < 0) else "false"
    name = ddl.qualified(new.schema, new.name)
    moved = (
        f"SELECT pg_catalog.setval({ddl.literal_text(name)}, {bound}, {is_called})"
        f" FROM {name} WHERE last_value {sign} {bound}"
    )
    return (ddl.statement(_key(new), moved),)


def _set_persistence(_: Sequence, new: Sequence) -> Several[Statement]:
    word = "SET UNLOGGED" if new.is_unlogged else "SET LOGGED"
    return (ddl.statement(_key(new), "ALTER SEQUENCE", _name(new), word),)


_GIVEN = next(spec for spec in CARRIED.rows() if "owner" in spec.fields)


def _set_owners(old: Sequence, new: Sequence, around: Around) -> Several[Statement]:
    """The column it belongs to, the role, and its privileges.

    An owned sequence has the role of its table, and changes with it (manual, ALTER SEQUENCE).
    """
    is_moved, made = old.owned_by != new.owned_by, list[Statement]()
    if is_moved and old.owned_by is not None and old.owner != new.owner:
        made += _disown(new)
    if (old.owner, old.privileges) != (new.owner, new.privileges):
        made += _GIVEN.alter(old, new, around) or ()
    if not is_moved and old.owned_by is not None:
        handed_over = CARRIED.handed_over(new, new.owner)
        made = [each for each in made if each not in handed_over]
    if is_moved:
        made += _set_owned_by(new) or _disown(new)
    return made


def _disown(record: Sequence, phase: Phase = "change") -> Several[Statement]:
    alter = ("ALTER SEQUENCE", _name(record), "OWNED BY NONE")
    return (ddl.statement(_key(record), *alter, phase=phase),)


def _let_go(record: Sequence, edges: Several[Edge]) -> LetGo[Sequence] | None:
    """OWNED BY NONE, or the sequence would go with the column."""
    if not all(map(_is_ownership, edges)):
        return None
    free = msgspec.structs.replace(record, owned_by=None)
    return LetGo(free, tuple(_disown(record, "release")))


def _rebuilt(_: Sequence) -> Several[Statement]:
    """The type of the column it belongs to is nothing to it."""
    return ()


def _neutral(record: Sequence, _: int) -> Sequence | None:
    """From 15 the sequences of an unlogged table are unlogged too; before, none is."""
    return None if record.is_unlogged else record


SEQUENCE = Kind(
    name="sequence",
    record=Sequence,
    classid="pg_class",
    query=QUERY,
    create=_create,
    drop=_drop,
    bestowed=CARRIED.bestowed,
    finish=_set_owned_by,
    is_finish=_is_ownership,
    drops_with_owner=True,
    fields=(
        altered(
            *("type", "start", "increment", "minimum", "maximum", "cache", "cycle"),
            by=_set_options,
        ),
        altered("is_unlogged", by=_set_persistence),
        altered_around("owned_by", "owner", "privileges", by=_set_owners),
        *(spec for spec in CARRIED.rows() if "owner" not in spec.fields),
    ),
    neutral=_neutral,
    let_go=_let_go,
    rebuilt=_rebuilt,
    rename=CARRIED.renamed,
)
