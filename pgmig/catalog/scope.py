"""Scope: which objects of a database a snapshot holds.

`narrowed` works on a snapshot that was read whole: what is left out is known, counted and told, and
so is what of the rest needs it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, TypeVar, cast

import msgspec

from pgmig.catalog.patterns import Pattern, name_of, names_in, parse, preset, require_name
from pgmig.kinds import KIND_BY_NAME
from pgmig.kinds.role import ROLE
from pgmig.kinds.schema import SCHEMA
from pgmig.model import (
    Edges,
    Ignored,
    Need,
    ObjectKey,
    Privilege,
    Record,
    Snapshot,
    Unmodelled,
    roles_named,
)

_HANGS = frozenset("aiPS")  # pg_depend: dropped with, part of, partition of (catalog.md 2.1)

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Scope:
    """What of a database counts.

    Attributes:
        schemas: the only schemas, as patterns; empty: all.
        excluded: what is left out.
        presets: what is left out in names of managed services.
    """

    schemas: tuple[Pattern, ...] = ()
    excluded: tuple[Pattern, ...] = ()
    presets: tuple[tuple[str, tuple[Pattern, ...]], ...] = ()

    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not (self.schemas or self.excluded or self.presets)

    def words(self) -> tuple[str, ...]:
        """The scope as it was written, one pattern a word."""
        return (
            *(f"schema {each.text}" for each in self.schemas),
            *(f"exclude {each.text}" for each in self.excluded),
            *(f"preset {name}" for name, _ in self.presets),
        )

    def patterns(self) -> tuple[Pattern, ...]:
        """All that leaves something out by its name."""
        return (*self.excluded, *(each for _, patterns in self.presets for each in patterns))

    def has_role(self, name: str) -> bool:
        """Whether the privileges of this role count."""
        return not self.against_role(name)

    def against_role(self, name: str) -> list[Pattern]:
        """The patterns that leave the privileges of this role out."""
        key = ObjectKey(ROLE.name, "", name)
        return [each for each in self.patterns() if each.kind == ROLE.name and each.matches(key)]


ALL = Scope()


def scope_of(
    *, schemas: Iterable[str] = (), exclude: Iterable[str] = (), presets: Iterable[str] = ()
) -> Scope:
    """The scope that these words mean, each counted once.

    Raises:
        BadPattern, UnknownPreset: a word means nothing.
    """
    return Scope(
        tuple(_schema(text) for text in dict.fromkeys(schemas)),
        tuple(parse(text) for text in dict.fromkeys(exclude)),
        tuple((name, preset(name)) for name in dict.fromkeys(presets)),
    )


def _schema(text: str) -> Pattern:
    """A pattern for names of schemas alone."""
    require_name(text, text=text)
    return Pattern(text, SCHEMA.name, text)


def narrowed(snapshot: Snapshot, scope: Scope) -> Snapshot:
    """The snapshot without what is out of the scope.

    What hangs on an ignored object is ignored with it: what is in a schema, an extension that was
    put there, the indexes, constraints, triggers, policies, owned sequences and partitions of a
    table.
    """
    if scope.is_all():
        return snapshot
    used = set[Pattern]()
    ignored = _chosen(snapshot, scope, used)
    _spread(snapshot, ignored, with_extensions=True)
    if scope.schemas:
        ignored |= _beyond(snapshot, scope, ignored, used)
        _spread(snapshot, ignored, with_extensions=False)
    objects = {key: each for key, each in snapshot.objects.items() if key not in ignored}
    roles = set[str]()
    if any(each.kind == ROLE.name for each in scope.patterns()):
        objects = {key: _without_roles(each, scope, roles) for key, each in objects.items()}
        used.update(hit for role in roles for hit in scope.against_role(role))
        ignored |= {key for key, each in objects.items() if _is_void(key, each)}
        objects = {key: each for key, each in objects.items() if key not in ignored}
    depends, needs = _edges(snapshot.depends, ignored)
    is_out = _besides(scope, snapshot, ignored, used)
    besides = [each for each in (*snapshot.unmodelled, *snapshot.outside) if is_out(each)]
    explicit = (*scope.schemas, *scope.excluded)
    return replace(
        snapshot,
        objects=objects,
        depends=depends,
        unmodelled=tuple(each for each in snapshot.unmodelled if not is_out(each)),
        outside=tuple(each for each in snapshot.outside if not is_out(each)),
        ignored=Ignored(
            patterns=scope.words(),
            objects=tuple(sorted(ignored)),
            besides=tuple(sorted(besides)),
            roles=tuple(sorted(roles)),
            needs=tuple(sorted(needs)),
            unmatched=tuple(each.text for each in explicit if each not in used),
        ),
    )


def without(snapshot: Snapshot, keys: Iterable[ObjectKey]) -> Snapshot:
    """The snapshot without these objects and their edges."""
    gone = {*keys}.intersection(snapshot.objects)
    if not gone:
        return snapshot
    objects = {key: each for key, each in snapshot.objects.items() if key not in gone}
    return replace(snapshot, objects=objects, depends=_edges(snapshot.depends, gone)[0])


def with_needed(new: Snapshot, whole: Snapshot, target: Snapshot) -> Snapshot:
    """`new` with the ignored objects that `target` needs, and those that they need in turn.

    Args:
        new: a new database.
        whole: a database.
        target: what a scope leaves of it.
    """
    if not target.ignored.needs:
        return new
    ignored = {*target.ignored.objects}
    ways = defaultdict[ObjectKey, list[ObjectKey]](list)
    for edge in whole.depends:
        if edge.source in ignored and edge.target in ignored:
            ways[edge.source].append(edge.target)
    for key in ignored:
        place = ObjectKey(SCHEMA.name, "", key.schema)
        if key.schema and place in ignored:
            ways[key].append(place)
    reached = _reached((each.target for each in target.ignored.needs), ways)
    objects = {**new.objects, **{key: whole.objects[key] for key in reached}}
    edges = (each for each in whole.depends if {each.source, each.target}.issubset(reached))
    return replace(
        new,
        objects={key: objects[key] for key in sorted(objects)},
        depends=Edges.of({*new.depends, *edges}),
    )


def _chosen(snapshot: Snapshot, scope: Scope, used: set[Pattern]) -> set[ObjectKey]:
    """What a pattern names, and what a role has for itself alone, such as default privileges."""
    patterns = scope.patterns()
    found = set[ObjectKey]()
    for key, record in snapshot.objects.items():
        hits = [each for each in patterns if each.matches(key)]
        own = {"owner", "role", "member"}.intersection(KIND_BY_NAME[key.kind].identity)
        hits += (hit for field in own for hit in scope.against_role(getattr(record, field)))
        used.update(hits)
        if hits:
            found.add(key)
    return found


def _beyond(
    snapshot: Snapshot, scope: Scope, ignored: set[ObjectKey], used: set[Pattern]
) -> set[ObjectKey]:
    """What is in none of the chosen schemas; in no schema, what nothing there needs."""
    names = {key.schema or key.name for key in snapshot.objects if _is_of_schema(key)}
    chosen = set[str]()
    for name in names:
        hits = [each for each in scope.schemas if fnmatchcase(name, each.name)]
        used.update(hits)
        if hits:
            chosen.add(name)
    keys = [key for key in snapshot.objects if key not in ignored]
    inside = {key for key in keys if _is_of_schema(key) and (key.schema or key.name) in chosen}
    needed = defaultdict[ObjectKey, list[ObjectKey]](list)
    for edge in snapshot.depends:
        if not _is_of_schema(edge.target) and edge.target not in ignored:
            needed[edge.source].append(edge.target)
    kept = _reached(inside, needed)
    rest = {key: snapshot.objects[key] for key in keys if key in kept}
    roles = {*roles_named(Snapshot(snapshot.server_version, rest))}
    return {key for key in keys if key not in kept and not _is_of_roles(snapshot, key, roles)}


def _is_of_roles(snapshot: Snapshot, key: ObjectKey, roles: set[str]) -> bool:
    """Whether it is one of these roles, or makes one of them a member of another."""
    if key.kind == ROLE.name:
        return key.name in roles
    record = snapshot.objects[key]
    fields = {"role", "member"}
    return fields.issubset(KIND_BY_NAME[key.kind].identity) and all(
        getattr(record, field) in roles for field in fields
    )


def _is_of_schema(key: ObjectKey) -> bool:
    return bool(key.schema) or key.kind == SCHEMA.name


def _spread(snapshot: Snapshot, ignored: set[ObjectKey], *, with_extensions: bool) -> None:
    """Add what hangs on the ignored, extensions that were put into an ignored schema if so said."""
    below = defaultdict[ObjectKey, list[ObjectKey]](list)
    for key in snapshot.objects:
        if key.schema:
            below[ObjectKey(SCHEMA.name, "", key.schema)].append(key)
    for edge in snapshot.depends:
        source, target = edge.source, edge.target
        # A publication has its tables with deptype a too, and is in no schema.
        is_part = edge.type in _HANGS and not edge.is_default and (source.schema or source.parent)
        if is_part or (with_extensions and target.kind == SCHEMA.name):
            below[target].append(source)
    ignored |= _reached(ignored, below)


def _reached(
    start: Iterable[ObjectKey], ways: Mapping[ObjectKey, Sequence[ObjectKey]]
) -> set[ObjectKey]:
    """`start` and all to which the ways lead from there."""
    found = {*start}
    left = [*found]
    while left:
        new = {*ways.get(left.pop(), ())} - found
        found |= new
        left += new
    return found


def _edges(depends: Sequence[Any], ignored: set[ObjectKey]) -> tuple[Edges, set[Need]]:
    """The edges between what is left, and those from there to the ignored."""
    edges = depends if isinstance(depends, Edges) else Edges.of(depends)
    is_out = [key in ignored for key in edges.keys]
    inner = [row for row in edges.rows if not (is_out[row[0]] or is_out[row[2]])]
    outer = {(row[0], row[2]) for row in edges.rows if is_out[row[2]] and not is_out[row[0]]}
    needs = {Need(source=edges.keys[one], target=edges.keys[other]) for one, other in outer}
    return Edges(edges.keys, inner), needs


def _besides(
    scope: Scope, snapshot: Snapshot, ignored: set[ObjectKey], used: set[Pattern]
) -> Callable[[Unmodelled], bool]:
    """Whether something that is no object is out of the scope, as are facts of what is ignored."""
    patterns = scope.patterns()
    gone = {name_of(key) for key in ignored if key.schema}
    whole = {f"{key.kind} {key.name}" for key in ignored if not key.schema}
    schemas = {key.name for key in ignored if key.kind == SCHEMA.name}
    around = {*snapshot.outside}

    def is_out(each: Unmodelled) -> bool:
        hits = [pattern for pattern in patterns if pattern.matches_besides(each)]
        used.update(hits)
        names = [*names_in(each)]
        if (
            hits
            or names[0] in whole
            or any(part in gone for name in names for part in _beginnings(name))
        ):
            return True
        if any(name.partition(".")[0] in schemas for name in names if "." in name):
            return True
        return bool(scope.schemas) and each not in around and not _is_in(scope, names)

    return is_out


def _is_in(scope: Scope, names: Iterable[str]) -> bool:
    firsts = [name.partition(".")[0] for name in names if "." in name]
    return any(fnmatchcase(name, each.name) for name in firsts for each in scope.schemas)


def _beginnings(name: str) -> Iterator[str]:
    """`a.b.c`, `a.b`, `a`."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def _is_void(key: ObjectKey, record: Record) -> bool:
    """Whether an object that is nothing but privileges has none left."""
    rows = [field for spec in KIND_BY_NAME[key.kind].fields for field in spec.fields]
    return rows == ["privileges"] and not getattr(record, "privileges")  # noqa: B009


def _without_roles(record: R, scope: Scope, found: set[str]) -> R:
    """The record without privileges that ignored roles have or gave; their names go to `found`."""
    changes: dict[str, object] = {}
    for field in msgspec.structs.fields(type(record)):
        value: Any = getattr(record, field.name)
        if isinstance(value, Record):
            new: object = _without_roles(value, scope, found)
        elif isinstance(value, tuple):
            parts = cast("tuple[object, ...]", value)
            new = tuple(_each(part, scope, found) for part in parts if _counts(part, scope, found))
            new = new or (field.default if field.default is None else new)
        else:
            continue
        if new != value:
            changes[field.name] = new
    return msgspec.structs.replace(record, **changes) if changes else record


def _each(part: object, scope: Scope, found: set[str]) -> object:
    return _without_roles(part, scope, found) if isinstance(part, Record) else part


def _counts(part: object, scope: Scope, found: set[str]) -> bool:
    if not isinstance(part, Privilege):
        return True
    out = {role for role in (part.grantee, part.grantor) if not scope.has_role(role)}
    found |= out
    return not out
