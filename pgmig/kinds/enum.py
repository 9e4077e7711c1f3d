"""CREATE TYPE AS ENUM: pg_type of typtype e, with pg_enum."""

from collections.abc import Sequence
from dataclasses import replace
from typing import LiteralString

from pgmig import ddl
from pgmig.db import fragments
from pgmig.ddl.carried import Carried
from pgmig.model import Hazard, Kind, Label, ObjectKey, Privilege, Record, Statement, altered

QUERY: LiteralString = (
    """
SELECT t.oid, n.nspname AS schema, t.typname AS name, pg_get_userbyid(t.typowner) AS owner,
       ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid
              ORDER BY e.enumsortorder) AS values,
       """
    + fragments.privileges("t.typacl", "'T'", "t.typowner")
    + """ AS privileges
  FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype = 'e' AND """
    + fragments.is_ours("t.typnamespace")
    + " AND "
    + fragments.is_no_member("pg_type", "t.oid")
)


class Enum(Record, frozen=True, kw_only=True):
    """An enumerated type."""

    schema: str
    name: str
    owner: str
    values: tuple[str, ...]  # in their sort order
    privileges: tuple[Privilege, ...] | None = None
    labels: tuple[Label, ...] | None = None
    comment: str | None = None


def _key(record: Enum) -> ObjectKey:
    return ENUM.key(record)


def _name(record: Enum) -> "ddl.Node":
    return ddl.name(record.schema, record.name)


CARRIED = Carried("TYPE", _name, _key, grants_on="TYPE", has_labels=True)


def _create(record: Enum) -> Sequence[Statement]:
    values = ddl.commas(ddl.literal(value) for value in record.values)
    made = ddl.statement(_key(record), "CREATE TYPE", _name(record), "AS ENUM", values)
    return (made, *CARRIED.made(record))


def _drop(record: Enum) -> Sequence[Statement]:
    return ddl.drop(_key(record), "TYPE", _name(record))


def _is_within(few: Sequence[str], many: Sequence[str]) -> bool:
    """Whether the labels stand among the others in the same order."""
    rest = iter(many)
    return all(label in rest for label in few)


def _add_values(old: Enum, new: Enum) -> Sequence[Statement] | None:
    if not _is_within(old.values, new.values):
        return None
    statements: list[Statement] = []
    for place, label in enumerate(new.values):
        if label in old.values:
            continue
        later = next((each for each in new.values[place:] if each in old.values), None)
        before = ddl.clause("BEFORE", ddl.literal(later)) if later is not None else None
        added = ddl.statement(
            _key(new), "ALTER TYPE", _name(new), "ADD VALUE", ddl.literal(label), before
        )
        # A new label cannot be used before it is committed (catalog.md 3.3).
        statements.append(replace(added, is_committed_first=True))
    return statements


def _set_aside(old: Enum, new: Enum, name: str) -> tuple[Sequence[Statement], Sequence[Statement]]:
    gone = [label for label in old.values if label not in new.values]
    hazards: tuple[Hazard, ...] = ()
    if gone:
        evidence = f"labels that go: {', '.join(gone)}; a row that holds one stops the change"
        hazards = (Hazard("narrowing", _key(old), evidence),)
    renamed = ddl.statement(
        _key(old), "ALTER TYPE", _name(old), "RENAME TO", ddl.ident(name), hazards=hazards
    )
    return (renamed,), ddl.drop(_key(old), "TYPE", ddl.name(old.schema, name))


def _rename(record: Enum, column: str, new_name: str) -> Sequence[Statement] | None:
    """The type, or the label that `column` names."""
    change = ddl.clause("RENAME TO", ddl.ident(new_name))
    if column:
        labels = (ddl.literal(column), "TO", ddl.literal(new_name))
        change = ddl.clause("RENAME VALUE", *labels)
    return (ddl.statement(_key(record), "ALTER TYPE", _name(record), change),)


ENUM = Kind(
    name="enum",
    record=Enum,
    classid="pg_type",
    query=QUERY,
    create=_create,
    drop=_drop,
    bestowed=CARRIED.bestowed,
    fields=(altered("values", by=_add_values), *CARRIED.rows()),
    set_aside=_set_aside,
    rename=_rename,
)
