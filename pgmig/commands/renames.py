"""Renames by hint: `public.a.x=y`, found in a snapshot and made statements."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from pgmig import catalog, ddl
from pgmig.catalog.scope import without
from pgmig.db import connect
from pgmig.db.execute import run
from pgmig.ddl import ident_text
from pgmig.errors import BadRename, ServerRefused
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
    """A hint as people write it: names are quoted where they hold a dot, `=` or quotes.

    Raises:
        BadRename: it is not `old.name=new`.
    """
    sides = list(_sides(text))
    if len(sides) != 2 or len(sides[1]) != 1:
        raise BadRename(text=text, reason="it is not OLD=NEW with a NEW of one name")
    path, (name,) = sides
    if not all((*path, name)):
        raise BadRename(text=text, reason="a name is empty")
    if path[-1] == name:
        raise BadRename(text=text, reason="the new name is the old one")
    return Hint(text, path, name)


def _sides(text: str) -> Iterator[tuple[str, ...]]:
    """The names on each side of every `=`."""
    names: list[str] = []
    at = 0
    while True:
        name, at = _name(text, at)
        names.append(name)
        sign = text[at : at + 1]
        if sign and sign not in ".=":
            raise BadRename(text=text, reason=f"{sign} stands between names")
        if sign != ".":
            yield tuple(names)
            names = []
        if not sign:
            return
        at += 1


def _name(text: str, at: int) -> tuple[str, int]:
    """The name that begins at `at`, and where it ends."""
    if text[at : at + 1] == '"':
        end = at + 1
        while (end := text.find('"', end)) != -1 and text[end + 1 : end + 2] == '"':
            end += 2
        if end == -1:
            raise BadRename(text=text, reason="a quote is not closed")
        return text[at + 1 : end].replace('""', '"'), end + 1
    end = at
    while end < len(text) and text[end] not in '.="':
        close = text.find(")", end) if text[end] == "(" else -1
        end = max(end, close) + 1  # the types of a routine hold dots of their own
    return text[at:end].strip(), end


def renamings(hints: Sequence[Hint], old: Snapshot, new: Snapshot) -> tuple[Renaming, ...]:
    """The statements of each hint, there and back, in an order in which they can run.

    Args:
        hints: every name in them is that of the old state; what an object is in may also be named
            by what another hint renames it to.
        old: where what is renamed must be.
        new: where it must be under its new name.

    Raises:
        BadRename: it names nothing, or several things, or what has no RENAME.
    """
    by_path: dict[tuple[str, ...], Hint] = {}
    for hint in (_as_was(each, hints, old) for each in hints):
        if by_path.setdefault(hint.path, hint) != hint:
            raise BadRename(text=hint.text, reason="another --rename gives it another name")
    now = {path: hint.name for path, hint in by_path.items()}
    return tuple(_renaming(hint, old, new, now) for hint in _in_order([*by_path.values()]))


def _as_was(hint: Hint, hints: Sequence[Hint], old: Snapshot) -> Hint:
    """The hint with the old names of what its object is in."""
    path = hint.path
    if any(_meant(path, old)):
        return hint
    for end in range(1, len(path)):
        before = [each.path for each in hints if (*each.path[:-1], each.name) == path[:end]]
        if before:
            path = (*before[0], *path[end:])
    return replace(hint, path=path)


def _in_order(hints: Sequence[Hint]) -> Iterator[Hint]:
    """Parts before what they are in, and who has a name before the one who gets it."""
    left = sorted(hints, key=lambda hint: -len(hint.path))
    while left:
        taken = {hint.path for hint in left}
        free = [hint for hint in left if (*hint.path[:-1], hint.name) not in taken]
        if not free:
            reason = "names change places, which takes a third name, in a script of your own"
            raise BadRename(text=left[0].text, reason=reason)
        first = max(free, key=lambda hint: len(hint.path))
        left.remove(first)
        yield first


def _renaming(
    hint: Hint, old: Snapshot, new: Snapshot, now: dict[tuple[str, ...], str]
) -> Renaming:
    found = list(_meant(hint.path, old))
    if not found:
        raise BadRename(text=hint.text, reason="the state that is has nothing of that name")
    if len(found) > 1:
        listed = ", ".join(_told(key, part) for key, part in found)
        raise BadRename(text=hint.text, reason=f"it may mean {listed}")
    key, part = found[0]
    record: Any = old.objects[key]
    kind = KIND_BY_NAME[key.kind]
    there = kind.rename(record, part, hint.name)
    if there is None:
        raise BadRename(text=hint.text, reason=f"PostgreSQL has no RENAME for {_told(key, part)}")
    path = tuple(now.get(hint.path[: end + 1], name) for end, name in enumerate(hint.path))
    if all(each.kind != key.kind for each, _ in _meant(path, new)):
        full = ".".join(map(ident_text, path))
        raise BadRename(text=hint.text, reason=f"the state that should be has no {full}")
    changed = record if part else msgspec.structs.replace(record, name=hint.name)
    before = part or getattr(record, "name", key.name)
    back = kind.rename(changed, hint.name if part else "", before) or ()
    name = ident_text(hint.name)
    return Renaming(
        tuple(_because(each, f"{_told(key, part)} is renamed to {name}") for each in there),
        tuple(_because(each, f"{_told(key, part)} gets its name back") for each in back),
        hint.text,
        before,
        frozenset((*hint.path[-2:-1], *path[-2:-1])) if part else frozenset(),
    )


def _told(key: ObjectKey, part: str) -> str:
    return f"{part} of {key}" if part else str(key)


def _because(statement: Statement, why: str) -> Statement:
    return replace(statement, reason=why)


def _meant(path: tuple[str, ...], snapshot: Snapshot) -> Iterator[tuple[ObjectKey, str]]:
    """What the path may name: an object, one that hangs on a table, a column, a label."""
    for key, record in snapshot.objects.items():
        places = {
            tuple(part for part in (key.schema, key.parent, name) if part)
            for name in (key.name, getattr(record, "name", key.name))
        }
        if path in places:
            yield key, ""
        if path[:-1] in places and path[-1] in _parts(key, record):
            yield key, path[-1]


def _parts(key: ObjectKey, record: Any) -> Iterator[str]:
    """The names of an object's parts, and the labels of an enum."""
    for part in KIND_BY_NAME[key.kind].parts:
        yield from (getattr(each, "name", "") for each in getattr(record, part.field) or ())
    yield from getattr(record, "values", ())


def after(url: str, made: Sequence[Renaming], old: Snapshot) -> Snapshot:
    """What a shadow database in the old state holds once everything is renamed.

    Raises:
        BadRename: the server refused it.
    """
    with closing(connect(url)) as conn:
        for each in made:
            for statement in each.there:
                try:
                    run(conn, statement.sql)
                except ServerRefused as error:
                    raise BadRename(text=each.hint, reason=error.what) from error
        return without(catalog.read(conn), old.ignored.objects)


def unfollowed(made: Sequence[Renaming], new: Snapshot) -> Iterator[str]:
    """Routines whose text still has an old name: no rename reaches it, and only a call fails.

    Words are compared, so one of them may mean something else.
    """
    for key, record in new.objects.items() if made else ():
        text = KIND_BY_NAME[key.kind].mentions(record)
        spoken = ddl.words(text) if text else frozenset[str]()
        for each in made:
            if each.name in spoken and (not each.homes or each.homes & spoken):
                yield f"{key} still says {ident_text(each.name)}, which --rename {each.hint} ends"
