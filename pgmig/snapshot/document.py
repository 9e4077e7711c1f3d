"""A Snapshot as JSON: stable order, one field a line, read back with unknown fields refused."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import msgspec

from pgmig.errors import BadSnapshotFile
from pgmig.kinds import KIND_BY_NAME, KINDS
from pgmig.model import Edge, ObjectKey, Record, Snapshot, Unmodelled

FORMAT = 1


class _Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pgmig_snapshot: int
    server_version: int
    objects: dict[str, list[msgspec.Raw]]
    depends: tuple[Edge, ...]
    unmodelled: tuple[Unmodelled, ...]
    outside: tuple[Unmodelled, ...]


def encode(snapshot: Snapshot) -> bytes:
    """The snapshot as a JSON document that ends with a line break.

    Objects stand by kind, in the kinds' order, then in key order.
    """
    grouped: dict[str, list[Record]] = defaultdict(list)
    for key, record in snapshot.objects.items():
        grouped[key.kind].append(record)
    document: dict[str, Any] = {
        "pgmig_snapshot": FORMAT,
        "server_version": snapshot.server_version,
        "objects": {kind.name: grouped[kind.name] for kind in KINDS if kind.name in grouped},
        "depends": snapshot.depends,
        "unmodelled": snapshot.unmodelled,
        "outside": snapshot.outside,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def decode(data: bytes, *, path: Path) -> Snapshot:
    """The snapshot that `encode` wrote.

    Args:
        data: the document.
        path: the file it came from, for errors.

    Raises:
        BadSnapshotFile: it is no such document, is of another format, or has unknown fields.
    """
    try:
        document = msgspec.json.decode(data, type=_Document)
        if document.pgmig_snapshot != FORMAT:
            raise BadSnapshotFile(path=path, reason=f"format {document.pgmig_snapshot}")
        objects: dict[ObjectKey, Record] = {}
        for name, records in document.objects.items():
            kind = KIND_BY_NAME.get(name)
            if kind is None:
                raise BadSnapshotFile(path=path, reason=f"unknown kind {name}")
            for raw in records:
                record = msgspec.json.decode(raw, type=kind.record)
                objects[kind.key(record)] = record
    except msgspec.DecodeError as error:
        raise BadSnapshotFile(path=path, reason=str(error)) from error
    return Snapshot(
        server_version=document.server_version,
        objects={key: objects[key] for key in sorted(objects)},
        depends=document.depends,
        unmodelled=document.unmodelled,
        outside=document.outside,
    )
