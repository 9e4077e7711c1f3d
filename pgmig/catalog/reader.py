"""A database, read into a Snapshot in one transaction, one query a kind."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, LiteralString

import msgspec

from pgmig.catalog.addresses import Addresses
from pgmig.catalog.annotations import Annotations, annotations
from pgmig.catalog.edges import read_edges
from pgmig.catalog.outside import outside
from pgmig.catalog.unmodelled import unmodelled
from pgmig.db import Connection, fetch, reading
from pgmig.kinds import KINDS
from pgmig.model import AnyKind, ObjectKey, Query, Record, Snapshot

logger = logging.getLogger(__name__)

_ANNOTATIONS = ("comment", "labels")


def read(conn: Connection) -> Snapshot:
    """Every object of the database that pgmig models, the edges between, and what it does not.

    Takes no locks beyond those of the catalog functions and needs no privileges on the objects.

    Raises:
        ReadFailed: the server refused a query.
    """
    version = conn.info.server_version
    with reading(conn):
        found: dict[ObjectKey, Record] = {}
        addresses = Addresses()
        said = annotations(conn)
        for kind in KINDS:
            for oid, record in _objects(conn, kind, version, said):
                key = kind.key(record)
                if key in found:
                    message = f"two objects have the key {key}"
                    raise RuntimeError(message)
                found[key] = record
                addresses.add(kind.classid, oid, key)
        addresses.add_parts(conn)
        keys = sorted(found)
        depends = read_edges(conn, addresses, keys)
        besides, around = unmodelled(conn, addresses), outside(conn)
    logger.debug("read %d objects and %d edges", len(found), len(depends))
    return Snapshot(
        server_version=version,
        objects={key: found[key] for key in keys},
        depends=depends,
        unmodelled=besides,
        outside=around,
    )


def _objects(
    conn: Connection, kind: AnyKind, version: int, said: Annotations
) -> Iterator[tuple[int, Record]]:
    parts: dict[str, Mapping[int, Sequence[object]]] = {}
    for part in kind.parts:
        grouped: dict[int, list[object]] = defaultdict(list)
        rows = _rows(conn, part.query, version, part.record, kind.classid, said)
        for oid, row in rows:
            grouped[oid].append(row)
        parts[part.field] = grouped
    for oid, row in _rows(conn, kind.query, version, kind.record, kind.classid, said, parts):
        for field, groups in parts.items():
            row[field] = groups.get(oid, ())
        yield oid, msgspec.convert(row, kind.record)


def _rows(
    conn: Connection,
    query: Query,
    version: int,
    record: type[Record],
    classid: LiteralString,
    said: Annotations,
    parts: Mapping[str, object] = {},
) -> Iterator[tuple[int, dict[str, Any]]]:
    """OID and fields of each row, what is said of its object included.

    A query that does not give exactly the fields is a bug. A part's query gives `number` besides
    where comments on its rows are wanted.
    """
    names, rows = fetch(conn, query(version) if callable(query) else query)
    fields = {field.name for field in msgspec.structs.fields(record)} - parts.keys()
    said_of = [name for name in _ANNOTATIONS if name in fields and name not in names]
    has_number = "number" in names and "number" not in fields
    expected = fields.difference(said_of) | {"oid"} | ({"number"} if has_number else set())
    if {*names} != expected:
        stray = sorted(expected.symmetric_difference(names))
        message = f"query and record {record.__name__} differ in {stray}"
        raise TypeError(message)
    find = [(name, getattr(said, name).get) for name in said_of]
    for row in rows:
        facts = dict(zip(names, row, strict=True))
        oid = facts.pop("oid")
        place = (classid, oid, facts.pop("number") if has_number else 0)
        for name, get in find:
            facts[name] = get(place)
        yield oid, facts
