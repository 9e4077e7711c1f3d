"""A database, read into a Snapshot in one transaction, one query a kind."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from pgmig.catalog.edges import Address, read_edges
from pgmig.catalog.outside import outside
from pgmig.catalog.unmodelled import unmodelled
from pgmig.db import Connection, fetch, reading
from pgmig.kinds import KINDS
from pgmig.model import AnyKind, ObjectKey, Query, Record, Snapshot

logger = logging.getLogger(__name__)


def read(conn: Connection) -> Snapshot:
    """Every object of the database that pgmig models, the edges between, and what it does not.

    Takes no locks beyond those of the catalog functions and needs no privileges on the objects.

    Raises:
        ReadFailed: the server refused a query.
    """
    version = conn.info.server_version
    with reading(conn):
        found: dict[ObjectKey, Record] = {}
        keys: dict[Address, ObjectKey] = {}
        for kind in KINDS:
            for oid, record in _objects(conn, kind, version):
                key = kind.key(record)
                if key in found:
                    message = f"two objects have the key {key}"
                    raise RuntimeError(message)
                found[key] = record
                keys[kind.classid, oid] = key
        depends = read_edges(conn, keys)
        besides, around = unmodelled(conn, keys), outside(conn)
    logger.debug("read %d objects and %d edges", len(found), len(depends))
    return Snapshot(
        server_version=version,
        objects={key: found[key] for key in sorted(found)},
        depends=depends,
        unmodelled=besides,
        outside=around,
    )


def _objects(conn: Connection, kind: AnyKind, version: int) -> Iterator[tuple[int, Record]]:
    parts: list[tuple[str, dict[int, list[dict[str, Any]]]]] = []
    for part in kind.parts:
        grouped: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for oid, row in _rows(conn, part.query, version, part.record, ()):
            grouped[oid].append(row)
        parts.append((part.field, grouped))
    fields = [field for field, _ in parts]
    for oid, row in _rows(conn, kind.query, version, kind.record, fields):
        for field, grouped in parts:
            row[field] = grouped.get(oid, ())
        yield oid, msgspec.convert(row, kind.record)


def _rows(
    conn: Connection, query: Query, version: int, record: type[Record], parts: Sequence[str]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """OID and fields of each row; a query that does not give exactly the fields is a bug."""
    names, rows = fetch(conn, query(version) if callable(query) else query)
    expected = {field.name for field in msgspec.structs.fields(record)} - set(parts)
    if {*names} != {*expected, "oid"}:
        stray = sorted({*names}.symmetric_difference({*expected, "oid"}))
        message = f"query and record {record.__name__} differ in {stray}"
        raise TypeError(message)
    for row in rows:
        facts = dict(zip(names, row, strict=True))
        yield facts.pop("oid"), facts
