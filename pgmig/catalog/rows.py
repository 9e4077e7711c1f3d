"""The rows of one kind, as records."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, LiteralString

import msgspec

from pgmig.catalog.ahead import Fetch
from pgmig.catalog.annotations import Annotations
from pgmig.catalog.columns import Columns
from pgmig.model import AnyKind, Part, Query, Record

_ANNOTATIONS = ("comment", "labels")

Facts = dict[str, Any]
"""Fields by name."""


def text_of(query: Query, version: int) -> LiteralString:
    """The text of a query for a server of this version (server_version_num)."""
    return query(version) if callable(query) else query


def queries_of(kind: AnyKind, version: int) -> Iterator[LiteralString]:
    """The queries of a kind, in the order in which `objects` asks them."""
    sources: tuple[AnyKind | Part, ...] = (*kind.parts, kind)
    for source in sources:
        yield text_of(source.query, version)
        for facet in source.facets:
            yield text_of(facet, version)


def objects(
    fetch: Fetch, kind: AnyKind, version: int, said: Annotations, columns: Columns
) -> Iterator[tuple[int, Record]]:
    """OID and record of every object of one kind.

    Args:
        fetch: asks the server, inside `db.reading`.
        kind: which.
        version: server_version_num.
        said: comments and labels, for records that have them and queries that do not.
        columns: takes the names of the columns read on the way.
    """
    parts: dict[str, Mapping[int, Sequence[Facts]]] = {}
    for part in kind.parts:
        grouped: dict[int, list[Facts]] = defaultdict(list)
        named = columns if kind.classid == "pg_class" else None
        for oid, number, facts in _rows(fetch, part, version, kind.classid, said):
            grouped[oid].append(facts)
            if number and named is not None:
                named.add(oid, number, facts["name"])
        parts[part.field] = grouped
    for oid, _, facts in _rows(fetch, kind, version, kind.classid, said, parts):
        for field, groups in parts.items():
            facts[field] = groups.get(oid, ())
        yield oid, msgspec.convert(facts, kind.record)


def _rows(
    fetch: Fetch,
    source: AnyKind | Part,
    version: int,
    classid: LiteralString,
    said: Annotations,
    parts: Mapping[str, object] = {},
) -> Iterator[tuple[int, int, Facts]]:
    """OID, number and fields of each row, what is said of its object included.

    Queries that do not give exactly the fields are a bug.
    """
    names, rows = fetch(text_of(source.query, version))
    given, facets = _facets(fetch, source.facets, version)
    fields = {*source.record.__struct_fields__} - parts.keys()
    said_of = [name for name in _ANNOTATIONS if name in fields and name not in {*given, *names}]
    has_number = "number" in names and "number" not in fields
    _check(source.record, fields, {*names, *given, *said_of} - {"oid", "number"})
    find = [(name, found.get) for name in said_of if (found := said.of(name, classid))]
    for row in rows:
        facts = dict(zip(names, row, strict=True))
        oid = facts.pop("oid")
        number = facts.pop("number") if has_number else 0
        for name, get in find:
            facts[name] = get((oid, number))
        if facets and (rare := facets.get((oid, number))):
            facts.update(rare)
        yield oid, number, facts


def _facets(
    fetch: Fetch, queries: Sequence[Query], version: int
) -> tuple[set[str], Mapping[tuple[int, int], Facts]]:
    """The fields that facets give, and their facts by OID and number."""
    given: set[str] = set()
    found: defaultdict[tuple[int, int], Facts] = defaultdict(dict)
    for query in queries:
        names, rows = fetch(text_of(query, version))
        given.update(names)
        for row in rows:
            facts = dict(zip(names, row, strict=True))
            found[facts.pop("oid"), facts.pop("number", 0)].update(facts)
    return given, found


def _check(record: type[Record], fields: set[str], given: set[str]) -> None:
    stray = sorted(fields.symmetric_difference(given) - {"number"})
    if stray:
        message = f"query and record {record.__name__} differ in {stray}"
        raise TypeError(message)
