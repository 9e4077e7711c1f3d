"""A Snapshot as JSON: stable order, one field a line, read back with unknown fields refused.

Each object stands with its fingerprint and with the edges that begin at it, so that a new object
is one place in a difference of two files. What is None or the default is left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from pgmig.errors import BadSnapshotFile
from pgmig.kinds import KIND_BY_NAME
from pgmig.model import (
    Edges,
    Ignored,
    Label,
    ObjectKey,
    Privilege,
    Record,
    Snapshot,
    Unmodelled,
)
from pgmig.snapshot.fingerprint import each, of, whole_of

FORMAT = 2

_BATCH = 256  # objects formatted at a time
_WIDTH = 100  # what a list of single values may take on one line

_KEY_FEWEST, _KEY_MOST = 3, 4  # parts of a key

_json = msgspec.json.Encoder()


class _Need(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """An edge without its source: one line in its object's `depends`."""

    target: tuple[str, ...]  # a key, without the parent where there is none
    target_column: str = ""
    source_column: str = ""
    type: str = "n"
    is_default: bool = False


class _Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pgmig_snapshot: int
    server_version: int
    fingerprint: str
    objects: dict[str, list[msgspec.Raw]]
    unmodelled: tuple[Unmodelled, ...]
    outside: tuple[Unmodelled, ...]
    ignored: Ignored


class _Head(msgspec.Struct, frozen=True):
    """What every format of the document has."""

    pgmig_snapshot: int


def encode(snapshot: Snapshot) -> bytes:
    """The snapshot as a JSON document that ends with a line break."""
    return b"".join(encoded(snapshot))


def encoded(snapshot: Snapshot) -> Iterator[bytes]:
    """The document of `encode`, piece by piece.

    Objects stand by kind, in the kinds' order, then in key order.
    """
    prints = list(each(snapshot))
    kinds = {name: list(own) for name, own in groupby(prints, key=lambda pair: pair[0].kind)}
    depends = snapshot.depends
    needs = _Needs(depends if isinstance(depends, Edges) else Edges.of(depends))
    yield b'{\n  "pgmig_snapshot": %d,' % FORMAT
    yield b'\n  "server_version": %d,' % snapshot.server_version
    yield b'\n  "fingerprint": "%s",' % whole_of(prints, snapshot.major).encode()
    yield b'\n  "objects": {'
    comma = b""
    for name in KIND_BY_NAME:
        if name in kinds:
            yield comma + b'\n    "%s": [' % name.encode()
            yield from _objects(snapshot, kinds[name], needs)
            yield b"\n    ]"
            comma = b","
    yield b"\n  },"
    yield b'\n  "unmodelled": %s,' % _lines(snapshot.unmodelled)
    yield b'\n  "outside": %s,' % _lines(snapshot.outside)
    ignored = b",".join(_ignored(snapshot.ignored))
    yield b'\n  "ignored": {%s}\n}\n' % (ignored and ignored + b"\n  ")


class _Needs:
    """The edges by the object at which they begin, as lines."""

    def __init__(self, edges: Edges) -> None:
        self._keys, self._rows = edges.keys, edges.rows
        self._targets: list[bytes] = [b""] * len(edges.keys)
        sources = [row[0] for row in edges.rows]
        starts = [at for at, source in enumerate(sources) if not at or source != sources[at - 1]]
        spans = zip(starts, [*starts, len(sources)][1:], strict=True)
        self._spans = {edges.keys[sources[start]]: (start, end) for start, end in spans}

    def lines(self, key: ObjectKey) -> bytes:
        """Those that begin at `key`, each a line; empty when there are none."""
        span = self._spans.get(key)
        if span is None:
            return b""
        lines = [
            (self._targets[target] or self._target(target))
            + _rest(target_column, column, type_, is_default)
            for _, column, target, target_column, type_, is_default in self._rows[slice(*span)]
        ]
        return b",\n          ".join(lines)

    def _target(self, place: int) -> bytes:
        """How the line of an edge to this key begins."""
        key = self._keys[place]
        names = (key.kind, key.schema, key.name, key.parent)
        line = _json.encode(_Need(names if key.parent else names[:-1]))[:-1]
        self._targets[place] = line
        return line


@lru_cache(maxsize=4096)
def _rest(target_column: str, source_column: str, type_: str, is_default: bool) -> bytes:  # noqa: FBT001
    """How the line of an edge goes on after its target."""
    need = _Need((), target_column, source_column, type_, is_default)
    return _json.encode(need).removeprefix(b'{"target":[]')


def _objects(
    snapshot: Snapshot, prints: Sequence[tuple[ObjectKey, str]], needs: _Needs
) -> Iterator[bytes]:
    """The objects of one kind, with their commas."""
    comma = b""
    for start in range(0, len(prints), _BATCH):
        batch = prints[start : start + _BATCH]
        texts = _fields([snapshot.objects[key] for key, _ in batch])
        parts: list[bytes] = []
        for (key, fingerprint), fields in zip(batch, texts, strict=True):
            line = b'\n      {\n        "fingerprint": "%s",' % fingerprint.encode()
            parts += (comma, line, fields)
            if own := needs.lines(key):
                parts += (b',\n        "depends": [\n          ', own, b"\n        ]")
            parts.append(b"\n      }")
            comma = b","
        yield b"".join(parts)


_OPEN, _CLOSE = b'{\n  "": {\n    "": [\n      {', b"\n      }\n    ]\n  }\n}"
_BETWEEN = b"\n      },\n      {"  # no string of JSON holds a line break


def _fields(records: Sequence[Record]) -> list[bytes]:
    """The lines of each record's fields, indented as in the document."""
    raw = _json.encode({"": {"": records}})
    text = _with_short_lists(msgspec.json.format(raw, indent=2))
    for first, pattern, line in _PARTS:
        if first in raw:
            text = pattern.sub(line, text)
    return text[len(_OPEN) : -len(_CLOSE)].split(_BETWEEN)


_VALUES = re.compile(rb'((?: +(?:"(?:[^"\\\n]|\\.)*+"|[-\w.]++),?+\n)++) +(?=\])')


def _with_short_lists(text: bytes) -> bytes:
    """The text with each list of single values on one line, where it is short."""
    first, *rest = text.split(b"[\n")
    parts = [first]
    for part in rest:
        match = _VALUES.match(part)
        line = b" ".join(map(bytes.lstrip, match[1].split(b"\n")))[:-1] if match else b""
        if match and len(line) <= _WIDTH:
            parts += (b"[", line, part[match.end() :])
        else:
            parts += (b"[\n", part)
    return b"".join(parts)


def _part(record: type[Record]) -> tuple[bytes, re.Pattern[bytes], bytes]:
    """What finds a record of single values in formatted text, and puts it on one line."""
    names = [field.name.encode() for field in msgspec.structs.fields(record)]
    lines = rb"".join(rb'\n +("%s": [^\n]*+)' % name for name in names)
    numbers = b" ".join(b"\\%d" % number for number in range(1, len(names) + 1))
    return b'{"%s":' % names[0], re.compile(rb"\{%s\n +\}" % lines), b"{%s}" % numbers


_ON_ONE_LINE: tuple[type[Record], ...] = (Privilege, Label)
_PARTS = tuple(map(_part, _ON_ONE_LINE))


def _ignored(ignored: Ignored) -> Iterator[bytes]:
    """The fields that say something, each with one value a line."""
    for name in Ignored.__struct_fields__:
        if values := getattr(ignored, name):
            yield b'\n    "%s": %s' % (name.encode(), _lines(values, 4))


def _lines(values: Sequence[object], depth: int = 2) -> bytes:
    """A list with one value a line, that stands `depth` blanks deep."""
    if not values:
        return b"[]"
    indent = b"\n" + b" " * depth
    lines = _json.encode_lines(values).rstrip().replace(b"\n", b"," + indent + b"  ")
    return b"[%s  %s%s]" % (indent, lines, indent)


def decode(data: bytes, *, path: Path) -> Snapshot:
    """The snapshot that `encode` wrote.

    Args:
        data: the document.
        path: the file it came from, for errors.

    Raises:
        BadSnapshotFile: it is no such document, is of another format, has unknown fields, or was
            edited.
    """
    try:
        _require_format(data, path)
        document = msgspec.json.decode(data, type=_Document)
        return _snapshot(document, path)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSnapshotFile(path=path, reason=str(error)) from error


def _require_format(data: bytes, path: Path) -> None:
    found = msgspec.json.decode(data, type=_Head).pgmig_snapshot
    if found < FORMAT:
        raise BadSnapshotFile(path=path, reason=f"format {found} of an older pgmig")
    if found > FORMAT:
        do = "read it with the pgmig that wrote it, or write it again with this one"
        raise BadSnapshotFile(path=path, reason=f"format {found} of a newer pgmig", do=do)


def _snapshot(document: _Document, path: Path) -> Snapshot:
    major = document.server_version // 10000
    objects: dict[ObjectKey, Record] = {}
    prints: dict[ObjectKey, str] = {}
    needs: dict[ObjectKey, tuple[_Need, ...]] = {}
    for name, entries in document.objects.items():
        kind = KIND_BY_NAME.get(name)
        if kind is None:
            raise BadSnapshotFile(path=path, reason=f"unknown kind {name}")
        for raw in entries:
            fields: dict[str, Any] = msgspec.json.decode(raw)
            said, depends = fields.pop("fingerprint", ""), fields.pop("depends", ())
            record: Record = msgspec.convert(fields, kind.record)
            key = kind.key(record)
            if key in objects:
                raise BadSnapshotFile(path=path, reason=f"{key} stands there twice")
            objects[key], needs[key] = record, msgspec.convert(depends, tuple[_Need, ...])
            prints[key] = of(record, kind, major)
            if said != prints[key]:
                raise _edited(path, str(key))
    keys = sorted(objects)
    if document.fingerprint != whole_of(((key, prints[key]) for key in keys), major):
        raise _edited(path, "the whole")
    return Snapshot(
        server_version=document.server_version,
        objects={key: objects[key] for key in keys},
        depends=_edges(needs, path),
        unmodelled=document.unmodelled,
        outside=document.outside,
        ignored=document.ignored,
    )


def _edges(needs: Mapping[ObjectKey, Sequence[_Need]], path: Path) -> Edges:
    """The edges of all objects."""
    named: dict[tuple[str, ...], ObjectKey] = {}
    for target in {need.target for own in needs.values() for need in own}:
        if not _KEY_FEWEST <= len(target) <= _KEY_MOST:
            raise BadSnapshotFile(path=path, reason=f"no key of an object: {list(target)}")
        named[target] = ObjectKey(*target)
    keys = sorted({*needs, *named.values()})
    place = {key: number for number, key in enumerate(keys)}
    rows = [
        (
            place[source],
            need.source_column,
            place[named[need.target]],
            need.target_column,
            need.type,
            need.is_default,
        )
        for source, own in needs.items()
        for need in own
    ]
    return Edges(keys, sorted(rows))


def _edited(path: Path, what: str) -> BadSnapshotFile:
    reason = f"{what} and its fingerprint disagree; somebody edited it, or another pgmig wrote it"
    return BadSnapshotFile(path=path, reason=reason)
