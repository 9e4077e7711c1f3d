"""Renames by hint: `public.a.x=y`, found in a snapshot and made statements."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from pgmig import catalog
from pgmig.catalog.scope import without
from pgmig.db import connect
from pgmig.db.execute import run
from pgmig.ddl import ident_text
from pgmig.errors import BadRename, ProofFailed, ServerRefused
from pgmig.kinds import KIND_BY_NAME
from pgmig.model import ObjectKey, Snapshot, Statement
from pgmig.shadow.drafting import Renaming


@dataclass(frozen=True, slots=True)
class Hint:
    """What `--rename` says.

    Attributes:
        text: as it was given.
        path: the parts of the old name, unquoted.
        name: the new name, unqualified and unquoted.
    """

    text: str
    path: tuple[str, ...]
    name: str


def parse_hint(text: str) -> Hint:
    """A hint as people write it: names are quoted where SQL would want it.

    Raises:
        BadRename: it is not `old.name=new`.
    """
    parts = list(_parts(text))
    if parts.count("=") != 1 or parts[-2:-1] != ["="] or len(parts) < 3:
        raise BadRename(
            text=text, reason="write it as schema.table.column=name or schema.table=name"
        )
    return Hint(text, tuple(parts[:-2]), parts[-1])


def _parts(text: str) -> Iterator[str]:
    """The names, and `=`; quoted ones may hold anything."""
    at = 0
    while at < len(text):
        if text[at] == '"':
            end = at + 1
            while (end := text.find('"', end)) != -1 and text[end + 1 : end + 2] == '"':
                end += 2
            if end == -1:
                raise BadRename(text=text, reason="a quote is not closed")
            yield text[at + 1 : end].replace('""', '"')
            at = end + 1
        else:
            stops = [found for sign in '.="' if (found := text.find(sign, at)) != -1]
            end = min(stops, default=len(text))
            yield text[at:end].strip()
            at = end
        if at < len(text):
            if text[at] == "=":
                yield "="
            elif text[at] != ".":
                raise BadRename(text=text, reason=f"{text[at]} stands between names")
            at += 1


def renamings(hints: Sequence[Hint], old: Snapshot) -> tuple[Renaming, ...]:
    """The statements of each hint, there and back.

    Raises:
        BadRename: it names nothing, or several things, or what has no RENAME.
    """
    return tuple(_renaming(hint, old) for hint in hints)


def _renaming(hint: Hint, old: Snapshot) -> Renaming:
    found = list(_meant(hint, old))
    if not found:
        raise BadRename(text=hint.text, reason="the old state has nothing of that name")
    if len(found) > 1:
        listed = ", ".join(str(key) for key, _ in found)
        raise BadRename(text=hint.text, reason=f"it may mean {listed}")
    key, column = found[0]
    record: Any = old.objects[key]
    kind = KIND_BY_NAME[key.kind]
    there = kind.rename(record, column, hint.name)
    if there is None:
        raise BadRename(text=hint.text, reason=f"PostgreSQL has no RENAME for {key}")
    before = column or getattr(record, "name", key.name)
    changed = _renamed(record, column, hint.name)
    back = kind.rename(changed, hint.name if column else "", before) or ()
    place = (key.schema, key.parent or key.name, column or None)
    why = f"{key}{f', column {column},' if column else ''} is renamed {ident_text(hint.name)}"
    return Renaming(
        tuple(_because(each, why) for each in there),
        tuple(_because(each, f"{why}: taken back") for each in back),
        place,
        hint.name,
    )


def _because(statement: Statement, why: str) -> Statement:
    return replace(statement, reason=why)


def _renamed(record: Any, column: str, name: str) -> Any:
    if not column:
        return msgspec.structs.replace(record, name=name)
    return record


def _meant(hint: Hint, old: Snapshot) -> Iterator[tuple[ObjectKey, str]]:
    """What the path may name: an object, one that hangs on a table, or a column."""
    for key, record in old.objects.items():
        bare = getattr(record, "name", key.name)
        whole = tuple(part for part in (key.schema, key.parent, bare) if part)
        if hint.path in {whole, tuple(part for part in (key.schema, key.parent, key.name) if part)}:
            yield key, ""
        for part in KIND_BY_NAME[key.kind].parts:
            for each in getattr(record, part.field) or ():
                if hint.path == (*whole, getattr(each, "name", None)):
                    yield key, each.name


def after(url: str, made: Sequence[Renaming], old: Snapshot) -> Snapshot:
    """What a shadow database in the old state holds once everything is renamed.

    Raises:
        ProofFailed: the server refused a rename.
    """
    with closing(connect(url)) as conn:
        for each in made:
            for statement in each.there:
                try:
                    run(conn, statement.sql)
                except ServerRefused as error:
                    raise ProofFailed(
                        step="a rename", findings=(error.what, f"in: {statement.sql}")
                    ) from error
        return without(catalog.read(conn), old.ignored.objects)
