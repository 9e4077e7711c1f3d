"""Values for the columns of a database: of its types, whatever they are made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import LiteralString

from pgmig.db import Connection
from pgmig.db.execute import fetch
from pgmig.shadow.rows import samples
from pgmig.shadow.rows.hints import hints
from pgmig.shadow.rows.samples import Value
from pgmig.shadow.rows.table import Column

_TYPES: LiteralString = """
SELECT t.oid::bigint, t.typname::text, t.typtype::text, t.typcategory::text,
       CASE WHEN e.typarray = t.oid THEN t.typelem::bigint ELSE 0 END,
       coalesce(e.typdelim::text, ','), t.typbasetype::bigint, t.typtypmod, t.typnotnull,
       CASE WHEN t.typtype = 'c' THEN t.typrelid::bigint ELSE 0 END,
       coalesce(r.rngsubtype, m.rngsubtype, 0)::bigint,
       ARRAY(SELECT l.enumlabel::text FROM pg_enum l WHERE l.enumtypid = t.oid
              ORDER BY l.enumsortorder),
       ARRAY(SELECT pg_get_expr(k.conbin, 0) FROM pg_constraint k
              WHERE k.contypid = t.oid AND k.contype = 'c' ORDER BY k.conname),
       format_type(t.oid, NULL), t.oid >= 16384
  FROM pg_type t
  LEFT JOIN pg_type e ON e.oid = t.typelem
  LEFT JOIN pg_range r ON r.rngtypid = t.oid
  LEFT JOIN pg_range m ON m.rngmultitypid = t.oid
 WHERE t.typtype <> 'p'
"""

_DEEPEST = 6  # types in types


@dataclass(frozen=True, slots=True)
class Type:
    """A row of pg_type, with what pg_range, pg_enum and pg_constraint add."""

    oid: int
    name: str
    form: str  # typtype
    category: str
    element: int  # of an array
    delimiter: str
    base: int  # of a domain
    base_modifier: int
    is_not_null: bool
    relation: int  # of a composite type
    subtype: int  # of a range or multirange
    labels: Sequence[str]
    checks: Sequence[str]
    declared: str
    is_made: bool


def read_types(conn: Connection) -> dict[int, Type]:
    """Every type by its OID; the session's search_path is empty."""
    return {row[0]: Type(*row) for row in fetch(conn, _TYPES)}


class Values:
    """Values for columns; those of a type are made once."""

    def __init__(
        self,
        types: Mapping[int, Type],
        attributes: Mapping[int, Sequence[Column]],
        readable: Callable[[Sequence[Value], str], tuple[Value, ...]],
    ) -> None:
        """Values of `types`.

        Args:
            types: by OID.
            attributes: of composite types, by the OID of their relation.
            readable: those of the values that the server takes for the declared type.
        """
        self._types = types
        self._attributes = attributes
        self._readable = readable
        self._known: dict[tuple[int, int, bool], tuple[Value, ...]] = {}

    def of(self, column: Column, *, is_key: bool = False) -> tuple[Value, ...]:
        """Values for a column, the ordinary ones first; NULL is not among them."""
        return self._of(column.type, column.modifier, is_key=is_key)

    def hinted(self, column: Column, expressions: Sequence[str]) -> tuple[Value, ...]:
        """Values that the text of a condition on the column brings to mind."""
        basis = self.basis(column.type)
        if basis is None or not expressions or basis.form not in "bd":
            return ()
        found = hints(expressions, basis.category)
        return self._readable(samples.ordinary(*found), column.declared) if found else ()

    def is_not_null(self, oid: int) -> bool:
        """Whether the type is a domain that takes no NULL."""
        kind = self._types.get(oid)
        if kind is None or not kind.base:
            return False
        return kind.is_not_null or self.is_not_null(kind.base)

    def basis(self, oid: int) -> Type | None:
        """The type under a domain, or the type itself."""
        kind = self._types.get(oid)
        while kind is not None and kind.base:
            kind = self._types.get(kind.base)
        return kind

    def labels(self, column: Column) -> int:
        """How many labels the column's enum has, 0 for another type."""
        basis = self.basis(column.type)
        return len(basis.labels) if basis is not None else 0

    def _of(
        self, oid: int, modifier: int, *, is_key: bool = False, depth: int = 0
    ) -> tuple[Value, ...]:
        key = (oid, modifier, is_key)
        kind = self._types.get(oid)
        if kind is None or depth > _DEEPEST:
            return ()
        if key not in self._known:
            made = self._make(kind, modifier, is_key=is_key, depth=depth)
            if depth > 0:
                return made
            self._known[key] = made
        return self._known[key]

    def _make(self, kind: Type, modifier: int, *, is_key: bool, depth: int) -> tuple[Value, ...]:
        if kind.base:
            return self._domain(kind, is_key=is_key, depth=depth)
        if kind.element:
            return self._array(kind, modifier, depth)
        if kind.form == "e":
            return samples.ordinary(*kind.labels)
        if kind.form == "c":
            return self._composite(kind, depth)
        if kind.subtype:
            return self._range(kind, depth)
        found = samples.known(kind.name, modifier, is_key=is_key)
        if found is None:
            return self._readable(samples.unknown(), kind.declared)
        is_sure = not kind.is_made and kind.name != "xml"  # a server may be built without it
        return found if is_sure else self._readable(found, kind.declared)

    def _domain(self, kind: Type, *, is_key: bool, depth: int) -> tuple[Value, ...]:
        some = self._of(kind.base, kind.base_modifier, is_key=is_key, depth=depth + 1)
        checks, below = list(kind.checks), self._types.get(kind.base)
        while below is not None and below.base:
            checks += below.checks
            below = self._types.get(below.base)
        if not checks:
            return some
        basis = self.basis(kind.oid)
        if basis is not None and basis.form == "b":
            some = (*samples.ordinary(*hints(checks, basis.category)), *some)
        return self._readable(_distinct(some), kind.declared)

    def _array(self, kind: Type, modifier: int, depth: int) -> tuple[Value, ...]:
        some = self._of(kind.element, modifier, depth=depth + 1)
        plain = [one.text for one in some if not one.is_extreme and one.text is not None][:12]
        odd = [one.text for one in some if one.is_extreme and one.text is not None][:5]
        if not plain:
            return samples.ordinary("{}")

        def array(*texts: str | None) -> str:
            return "{" + kind.delimiter.join(_quoted(text) or "NULL" for text in texts) + "}"

        arrays = [array(*pair) for pair in zip(plain, plain[1:] or plain, strict=False)]
        edges = [array(*odd)] if odd else []
        if not self.is_not_null(kind.element):
            edges += [array(None, plain[0], None)]
        # One element alone too: a CHECK may ask for no more, and a type change may cut it.
        singles = [array(one) for one in plain]
        return samples.ordinary(*arrays, *singles) + samples.extreme(*edges, "{}")

    def _composite(self, kind: Type, depth: int) -> tuple[Value, ...]:
        fields = [
            self._of(column.type, column.modifier, depth=depth + 1)
            for column in self._attributes.get(kind.relation, ())
        ]
        plain = [[one for one in some if not one.is_extreme] for some in fields]
        odd = [[one for one in some if one.is_extreme] or list(some) for some in fields]

        def row(some: Sequence[Sequence[Value]], number: int) -> str:
            chosen = [_quoted(one[number % len(one)].text) if one else "" for one in some]
            return "(" + ",".join(chosen) + ")"

        rows = samples.ordinary(*(row(plain, number) for number in range(12)))
        edges = [row(odd, number) for number in range(3)]
        if len(fields) > 1:
            edges.append("(" + "," * (len(fields) - 1) + ")")
        found = rows + samples.extreme(*edges)
        return self._readable(found, kind.declared)

    def _range(self, kind: Type, depth: int) -> tuple[Value, ...]:
        """Ranges that do not overlap, but for the extremes; a multirange has the same in braces."""
        some = self._of(kind.subtype, -1, depth=depth + 1)
        plain = [_quoted(one.text) for one in islice(some, 24) if not one.is_extreme]
        pairs = [(plain[n], plain[n + 1]) for n in range(0, len(plain) - 1, 2)]
        ranges = [f"[{low},{high})" for low, high in pairs]
        ranges += [f"[{low},{low}]" for low in plain[:12]]
        edges = ["(,)", "empty", *(f"({low},)" for low in plain[:1])]
        if kind.form == "m":
            ranges = [f"{{{one}}}" for one in ranges]
            edges = ["{}", "{(,)}"]
            if len(pairs) > 1:
                (a, b), (c, d) = pairs[:2]
                edges.append(f"{{[{a},{b}),[{c},{d})}}")
        return self._readable(samples.ordinary(*ranges) + samples.extreme(*edges), kind.declared)


def _distinct(values: Sequence[Value]) -> tuple[Value, ...]:
    return tuple({one.text: one for one in reversed(values)}.values())[::-1]


def _quoted(text: str | None) -> str:
    """A part of an array, a composite value or a range; "" for none."""
    if text is None:
        return ""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
