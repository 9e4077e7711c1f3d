"""The rows of one kind, as records."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from threading import Lock
from typing import Any, LiteralString, cast

import msgspec

from pgmig.catalog.ahead import Fetch
from pgmig.catalog.annotations import Annotations
from pgmig.catalog.columns import Columns
from pgmig.model import AnyKind, ObjectKey, Part, Query, Record

_ANNOTATIONS = ("comment", "labels")

Address = tuple[int, int]
"""OID and number; 0 is the object itself."""

Row = Sequence[Any]
"""What a query said, or several together, a value a field."""


_Each = tuple[int, int, Any]
"""OID, number, and what was made of the row."""


class Made:
    """The records made so far, by what the queries said, so that none is made twice.

    Many columns are alike, and two databases that are compared are alike in most of their objects.
    Of two threads one makes the records of a kind, and the other finds them.

    Attributes:
        is_shared: several databases are read; in one no two objects are alike.
        lock: held while the rows of a kind become records.
    """

    def __init__(self, *, is_shared: bool = False) -> None:
        """None yet."""
        self.is_shared = is_shared
        self.lock = Lock()
        self._by_names: dict[tuple[object, ...], dict[Row, Any]] = {}

    def of(self, record: type[Record], names: Sequence[str]) -> dict[Row, Any]:
        """Those of one type whose queries give these fields, in order."""
        return self._by_names.setdefault((record, *names), {})


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
    fetch: Fetch,
    kind: AnyKind,
    version: int,
    said: Annotations,
    columns: Columns,
    made: Made,
) -> list[tuple[int, ObjectKey, Record]]:
    """OID, key and record of every object of one kind.

    Args:
        fetch: asks the server, inside `db.reading`.
        kind: which.
        version: server_version_num.
        said: comments and labels, for records that have them and queries that do not.
        columns: takes the names of the columns read on the way.
        made: records to use again.
    """
    asked = [_read(fetch, part, version, kind.classid, said) for part in kind.parts]
    own = _read(fetch, kind, version, kind.classid, said, [part.field for part in kind.parts])
    named = columns if kind.classid == "pg_class" else None
    with made.lock:
        own.finds += [_of_object(_parts(part, named, made)) for part in asked]

        def make(facts: Row) -> tuple[ObjectKey, Record]:
            record = own.record(facts)
            return kind.key(record), record

        found = own.each(made if made.is_shared else None, make)
        return [(oid, key, record) for oid, _, (key, record) in found]


def _parts(
    source: "_Source", columns: Columns | None, made: Made
) -> Mapping[int, Sequence[Record]]:
    """The parts of each object, in order."""
    grouped: defaultdict[int, list[Record]] = defaultdict(list)
    for oid, number, record in source.each(made, source.record):
        grouped[oid].append(record)
        if number and columns is not None:
            columns.add(oid, number, record.name)
    return {oid: tuple(records) for oid, records in grouped.items()}


@dataclass(slots=True)
class _Source:
    """What the queries for a type of record gave.

    Attributes:
        type: of the records.
        names: of the query's columns, then of what is said besides.
        rows: of the query.
        finds: give what is said besides.
        facets: the fields of each facet, and its rows.
        has_number: whether the second column is the number of a part.
    """

    type: type[Record]
    names: list[str]
    rows: Sequence[Row]
    finds: list[Callable[[Address], Any]]
    facets: list[tuple[list[str], Mapping[Address, Row]]]
    has_number: bool

    def each(self, made: Made | None, make: Callable[[Row], Any]) -> Iterator[_Each]:
        """OID, number and what is made of each row, or was made of one that says the same."""
        known = None if made is None else made.of(self.type, self._all_names())
        first = 2 if self.has_number else 1
        finds = [*self.finds, *(rows.get for _, rows in self.facets)]
        for row in self.rows:
            oid, number = row[0], row[1] if self.has_number else 0
            address = (oid, number)
            facts = (*row[first:], *[find(address) for find in finds])
            if known is None:
                yield oid, number, make(facts)
                continue
            try:
                found = known.get(facts)
            except TypeError:
                facts = _frozen(facts)
                found = known.get(facts)
            if found is None:
                known[facts] = found = make(facts)
            yield oid, number, found

    def _all_names(self) -> list[str]:
        return [*self.names, *(name for names, _ in self.facets for name in names)]

    def record(self, facts: Row) -> Record:
        """The record that they are the facts of."""
        plain = len(self.names)
        fields = dict(zip(self.names, facts[:plain], strict=True))
        for (names, _), values in zip(self.facets, facts[plain:], strict=True):
            if values is not None:
                fields.update(zip(names, values, strict=True))
        for name, value in fields.items():
            if type(value) is bytes:
                fields[name] = msgspec.json.decode(value)
        return msgspec.convert(fields, self.type)


def _frozen(value: Any) -> Any:
    """The same with tuples for lists."""
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, cast("Sequence[Any]", value)))
    return value


def _read(
    fetch: Fetch,
    source: AnyKind | Part,
    version: int,
    classid: LiteralString,
    said: Annotations,
    parts: Sequence[str] = (),
) -> _Source:
    """Ask the queries of a kind or a part; those that do not give exactly the fields are a bug."""
    names, rows = fetch(text_of(source.query, version))
    facets = [_facet(*fetch(text_of(each, version))) for each in source.facets]
    given = {name for fields, _ in facets for name in fields}
    fields = {*source.record.__struct_fields__}.difference(parts)
    said_of = [name for name in _ANNOTATIONS if name in fields and name not in {*given, *names}]
    has_number = "number" in names and "number" not in fields
    _check(source.record, fields, {*names, *given, *said_of} - {"oid", "number"})
    said_of = [name for name in said_of if said.of(name, classid)]
    apart = ("oid", "number") if has_number else ("oid",)
    rest = [name for name in names if name not in apart]
    order = itemgetter(*(names.index(name) for name in (*apart, *rest)))
    return _Source(
        source.record,
        [*rest, *said_of, *parts],
        rows if names == [*apart, *rest] else [*map(order, rows)],
        [said.of(name, classid).get for name in said_of],
        facets,
        has_number,
    )


def _of_object(groups: Mapping[int, Sequence[Record]]) -> Callable[[Address], Sequence[Record]]:
    return lambda address: groups.get(address[0], ())


def _facet(names: Sequence[str], rows: Sequence[Row]) -> tuple[list[str], Mapping[Address, Row]]:
    """The fields that a facet gives, and its rows by OID and number."""
    oid, number = names.index("oid"), names.index("number") if "number" in names else None
    rest = [place for place in range(len(names)) if place not in {oid, number}]
    return [names[place] for place in rest], {
        (row[oid], 0 if number is None else row[number]): tuple([row[place] for place in rest])
        for row in rows
    }


def _check(record: type[Record], fields: set[str], given: set[str]) -> None:
    stray = sorted(fields.symmetric_difference(given) - {"number"})
    if stray:
        message = f"query and record {record.__name__} differ in {stray}"
        raise TypeError(message)
