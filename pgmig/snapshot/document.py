"""A Snapshot as JSON: stable order, one field a line, read back with unknown fields refused.

Each object stands with its fingerprint and with the edges that begin at it, so that a new object
is one place in a difference of two files. What is None or the default is left out. The fingerprints
speak for the objects, the checksum at the end for all that stands beside them.
"""

import hashlib
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
    AnyKind,
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
_CHECKSUM = 32  # hexadecimal digits
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
    checksum: str


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
    besides = _Checksum()
    yield b'{\n  "pgmig_snapshot": %d,' % FORMAT
    yield b'\n  "server_version": %d,' % snapshot.server_version
    yield b'\n  "fingerprint": "%s",' % whole_of(prints, snapshot.major).encode()
    yield b'\n  "objects": {'
    comma = b""
    for name in KIND_BY_NAME:
        if name in kinds:
            yield comma + b'\n    "%s": [' % name.encode()
            yield from _objects(snapshot, kinds[name], needs, besides)
            yield b"\n    ]"
            comma = b","
    yield b"\n  },"
    yield b'\n  "unmodelled": %s,' % _lines(snapshot.unmodelled)
    yield b'\n  "outside": %s,' % _lines(snapshot.outside)
    ignored = b",".join(_ignored(snapshot.ignored))
    yield b'\n  "ignored": {%s},' % (ignored and ignored + b"\n  ")
    parts = (snapshot.server_version, snapshot.unmodelled, snapshot.outside, snapshot.ignored)
    yield b'\n  "checksum": "%s"\n}\n' % besides.value(parts).encode()


class _Checksum:
    """Of what stands beside the objects; whoever writes and whoever reads feeds it in one order."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, fingerprint: str, needs: bytes) -> None:
        """The edges of an object, as lines with `_NEXT` between."""
        self._digest.update(b"%s %d\n%s" % (fingerprint.encode(), len(needs), needs))

    def value(self, parts: tuple[object, ...]) -> str:
        """The checksum, with what stands once in a document."""
        self._digest.update(_json.encode(parts))
        return self._digest.hexdigest()[:_CHECKSUM]


_NEXT = b",\n          "


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
        return _NEXT.join(lines)

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
    snapshot: Snapshot,
    prints: Sequence[tuple[ObjectKey, str]],
    needs: _Needs,
    besides: _Checksum,
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
                besides.add(fingerprint, own)
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
    for name in document.objects:
        if name not in KIND_BY_NAME:
            raise BadSnapshotFile(path=path, reason=f"unknown kind {name}")
    for name, kind in KIND_BY_NAME.items():
        for number, raw in enumerate(document.objects.get(name, ()), 1):
            try:
                said, record, own = _object(raw, kind)
            except msgspec.DecodeError as error:
                reason = f"{name} number {number}: {error}"
                raise BadSnapshotFile(path=path, reason=reason) from error
            key = kind.key(record)
            if key in objects:
                raise BadSnapshotFile(path=path, reason=f"{key} stands there twice")
            objects[key], needs[key] = record, own
            prints[key] = of(record, kind, major)
            if said != prints[key]:
                raise _edited(path, f"{key} and its fingerprint")
    keys = sorted(objects)
    if document.fingerprint != whole_of(((key, prints[key]) for key in keys), major):
        raise _edited(path, "the whole and its fingerprint")
    depends = _edges(needs, path)
    if document.checksum != _checksum(document, prints, needs):
        raise _edited(path, "what stands beside the objects' fields and the checksum")
    return Snapshot(
        server_version=document.server_version,
        objects={key: objects[key] for key in keys},
        depends=depends,
        unmodelled=document.unmodelled,
        outside=document.outside,
        ignored=document.ignored,
    )


def _object(raw: msgspec.Raw, kind: AnyKind) -> tuple[object, Record, tuple[_Need, ...]]:
    """The fingerprint that an object is said to have, its record, and its edges.

    Raises:
        msgspec.DecodeError: it is none of this kind.
    """
    fields = msgspec.json.decode(raw, type=dict[str, Any])
    said, depends = fields.pop("fingerprint", ""), fields.pop("depends", ())
    record: Record = msgspec.convert(fields, kind.record)
    return said, record, msgspec.convert(depends, tuple[_Need, ...])


def _checksum(
    document: _Document,
    prints: Mapping[ObjectKey, str],
    needs: Mapping[ObjectKey, Sequence[_Need]],
) -> str:
    """What the checksum of a document has to be, whose objects are in the order of `encoded`."""
    besides = _Checksum()
    for key, own in needs.items():
        if own:
            besides.add(prints[key], _json.encode_lines(own).rstrip().replace(b"\n", _NEXT))
    return besides.value(
        (document.server_version, document.unmodelled, document.outside, document.ignored)
    )


def _edges(needs: Mapping[ObjectKey, Sequence[_Need]], path: Path) -> Edges:
    """The edges of all objects."""
    named: dict[tuple[str, ...], ObjectKey] = {}
    for source, need in ((source, need) for source, own in needs.items() for need in own):
        target = need.target
        if target in named:
            continue
        if not _KEY_FEWEST <= len(target) <= _KEY_MOST:
            raise BadSnapshotFile(path=path, reason=f"no key of an object: {list(target)}")
        named[target] = ObjectKey(*target)
        if named[target] not in needs:
            reason = f"{source} needs {named[target]}, which is not in the file"
            raise BadSnapshotFile(path=path, reason=reason)
    keys = sorted(needs)
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
    reason = f"{what} disagree; somebody edited it, or another pgmig wrote it"
    return BadSnapshotFile(path=path, reason=reason)
