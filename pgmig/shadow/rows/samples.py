"""Values of PostgreSQL's own types and of well-known extensions, in the form they are read.

The ordinary ones ascend, so that a range can be made of two neighbours, and suit many a CHECK.
The extremes stand with the one that a change loses first at the head.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass

_COUNT = 12  # ordinary values of a type, where it has so many
_LONGEST = 1000  # characters; an index row of a B-tree holds 2704 bytes


@dataclass(frozen=True, slots=True)
class Value:
    """A value to write: `text` as the type reads it, None for NULL."""

    text: str | None
    is_extreme: bool = False


NULL = Value(None)


def ordinary(*texts: str) -> tuple[Value, ...]:
    """Values that any program may have written."""
    return tuple(Value(text) for text in dict.fromkeys(texts))


def extreme(*texts: str) -> tuple[Value, ...]:
    """Values at the edge of what a type can hold."""
    return tuple(Value(text, is_extreme=True) for text in dict.fromkeys(texts))


def _numbered(template: str, count: int = _COUNT) -> tuple[Value, ...]:
    return ordinary(*(template.format(n) for n in range(1, count + 1)))


_SMALL = ordinary("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "20", "100", "0")

_SHAPES = (
    "a@b.example", "https://example.org/a", "AB-1", "abc", "ABC", "abc-def", "abc_def", "Abc",
    "AB", "DE", "de", "de_DE", "EUR", "a", "A", "1", "123", "12345", "+49 123 456", "2024-01-31",
    "12:30", "1.0.0", "192.0.2.1", "#aabbcc", "text/plain", "{}", "[]", "/a/b", "a.b", "t", "x y",
    "00000000-0000-4000-8000-000000000001", "0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
)  # fmt: skip
_ODD = (
    "",
    "Žluťoučký kůň 🐎 漢字",
    'O\'Brien "x" \\n $1 %s {0}',
    " blank ",
    "NULL",
    "tab\tand\nline",
)


def text(longest: int | None = None) -> tuple[Value, ...]:
    """Strings of at most `longest` characters."""
    limit = longest or _LONGEST
    if limit >= len("pgmig row 12"):
        plain = [f"pgmig row {n}" for n in range(1, _COUNT + 1)]
    else:
        letters = string.ascii_lowercase
        plain = [(letters[n] + letters[n + 1] * limit)[:limit] for n in range(_COUNT)]
    size = min(limit, _LONGEST)
    long = ["x" * size] if longest else ["x" * 300]
    return ordinary(*plain, *(shape for shape in _SHAPES if len(shape) <= limit)) + extreme(
        *long, *(odd for odd in _ODD if len(odd) <= limit)
    )


def numeric(precision: int | None = None, scale: int = 0) -> tuple[Value, ...]:
    """Numbers of at most `precision` digits, `scale` of them behind the point."""
    if precision is None:
        return (
            _SMALL
            + ordinary("0.5", "12.34")
            + extreme(
                "-12345678901234567890.0123456789", "NaN", "Infinity", "-Infinity", "0.000000001"
            )
        )
    before = precision - scale
    if before <= 0 or scale < 0:
        tiny = tuple(f"{n}e{-scale}" for n in range(10))
        return ordinary(*tiny) + extreme("NaN")
    # Not the very largest: it must still fit where a narrower scale rounds it up.
    largest = "9" * (before - 1) + "8" + ("." + "9" * scale if scale else "")
    small = tuple(one for one in _SMALL if one.text is not None and len(one.text) <= before)
    parts = ordinary("0.5") if scale else ()
    return small + parts + extreme(largest, f"-{largest}", "NaN")


def bits(size: int | None, *, is_varying: bool) -> tuple[Value, ...]:
    """Strings of bits."""
    limit = min(size or 8, 64) if is_varying else size or 1
    width = min(limit, 4)
    some = [
        format(n, f"0{width}b")[-width:].ljust(limit, "0") for n in range(min(_COUNT, 2**width))
    ]
    return ordinary(*some) + extreme("1" * limit, *([""] if is_varying else []))


def integers(smallest: int, largest: int, *, is_key: bool) -> tuple[Value, ...]:
    """Whole numbers: of a key far from those that people give."""
    far = 30_000 if largest < 2**16 else 1_900_000_000
    keys = ordinary(*(str(far + n) for n in range(1, _COUNT + 1)))
    some = keys + _SMALL if is_key else _SMALL + keys
    signed = [str(smallest), "-1"] if smallest < 0 else []
    # A sequence may have to go on behind the largest: not at all far for a key, by one for others.
    return some + extreme(*([] if is_key else [str(largest - 1)]), *signed)


_INT2, _INT4, _INT8 = 2**15, 2**31, 2**63
_WHOLE = {
    "int2": (-_INT2, _INT2 - 1),
    "int4": (-_INT4, _INT4 - 1),
    "int8": (-_INT8, _INT8 - 1),
    "oid": (0, 2**32 - 1),
    "xid": (0, 2**32 - 1),
    "cid": (0, 2**32 - 1),
    "xid8": (0, 2**64 - 1),
}

_DATES = tuple(f"2024-{n:02}-01" for n in range(1, _COUNT + 1))
_TIMES = tuple(f"{n:02}:30:00" for n in range(1, _COUNT + 1))
_MOMENTS = tuple(f"{date} 12:30:00" for date in _DATES)
_FLOATS = _SMALL + ordinary("0.5", "12.25")
_JSON = (
    *(f'{{"pgmig": {n}}}' for n in range(1, _COUNT + 1)),
    "{}", "[]", "[1, 2]", '"text"', '""', "1", "true",
)  # fmt: skip

_FIXED: Mapping[str, tuple[Value, ...]] = {
    "bool": ordinary("t", "f"),
    "float4": _FLOATS + extreme("-3.4e+38", "NaN", "Infinity", "-Infinity", "1.1754944e-38", "-0"),
    "float8": _FLOATS
    + extreme(
        "-1.7976931348623157e+308", "NaN", "Infinity", "-Infinity", "2.2250738585072014e-308"
    ),
    "money": ordinary(*(f"{n}.25" for n in range(1, _COUNT + 1))) + extreme("-92233720368547.58"),
    "bytea": _numbered(r"\x{:04x}") + extreme(r"\x", r"\x00ff275c"),
    "date": ordinary(*_DATES, "2000-01-01", "1970-01-01", "2100-01-01")
    + extreme("infinity", "-infinity", "0044-03-15 BC", "2024-02-29"),
    "time": ordinary(*_TIMES) + extreme("24:00:00", "00:00:00", "23:59:59.999999"),
    "timetz": ordinary(*(f"{time}+00" for time in _TIMES)) + extreme("23:59:59.999999-15:59"),
    "timestamp": ordinary(*_MOMENTS, "2000-01-01 00:00:00", "2100-01-01 00:00:00")
    + extreme("infinity", "-infinity", "2024-02-29 23:59:59.999999", "0044-03-15 12:00:00 BC"),
    "timestamptz": ordinary(
        *(f"{moment}+00" for moment in _MOMENTS), "2000-01-01 00:00:00+00", "2100-01-01 00:00:00+00"
    )
    + extreme(
        "infinity", "-infinity", "2024-02-29 23:59:59.999999+00", "0044-03-15 12:00:00+00 BC"
    ),
    "interval": _numbered("{} days") + extreme("-178 years 1 mon -2 days +03:04:05.678901", "0"),
    "uuid": _numbered("00000000-0000-4000-8000-{:012}")
    + extreme("ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000"),
    "json": ordinary(*_JSON) + extreme('{"a" : [null, {"ž": "\\"\'"}], "a":1}', "null"),
    "jsonb": ordinary(*_JSON) + extreme('{"a": [null, {"ž": "\\"\'"}], "n": -1.50}', "null"),
    "jsonpath": _numbered("$.a[{}]") + extreme("strict $.*"),
    "xml": _numbered("<row n='{}'/>") + extreme("text &amp; <b/>", ""),
    "inet": _numbered("192.0.2.{}") + extreme("2001:db8::1/64", "10.1.2.3/8"),
    "cidr": _numbered("198.51.{}.0/24") + extreme("2001:db8::/32", "0.0.0.0/0"),
    "macaddr": _numbered("08:00:2b:01:02:{:02x}") + extreme("ff:ff:ff:ff:ff:ff"),
    "macaddr8": _numbered("08:00:2b:01:02:03:04:{:02x}") + extreme("ff:ff:ff:ff:ff:ff:ff:ff"),
    "tsvector": _numbered("'row{}':1") + extreme("", "'a':1A,2 'it''s'"),
    "tsquery": _numbered("'row{}'") + extreme("", "'a' & !'b' | 'c' <-> 'd':*A"),
    "point": _numbered("({},1)") + extreme("(-1e+300,Infinity)"),
    "line": _numbered("{{{},1,0}}"),
    "lseg": _numbered("[({},1),(2,3)]"),
    "box": _numbered("({0}.5,1),({0},0)"),
    "path": _numbered("[({},1),(2,3)]") + extreme("((0,0),(1,1),(2,0))"),
    "polygon": _numbered("(({},1),(50,3),(4,50))"),
    "circle": _numbered("<({},1),0.5>"),
    "tid": _numbered("(0,{})"),
    "pg_lsn": _numbered("0/{:X}") + extreme("FFFFFFFF/FFFFFFFF"),
    "pg_snapshot": _numbered("{0}:{0}:"),
    "txid_snapshot": _numbered("{0}:{0}:"),
    "regclass": ordinary("pg_catalog.pg_class", "pg_catalog.pg_type", "pg_catalog.pg_proc", "-"),
    "regtype": ordinary("integer", "text", "boolean", "-"),
    "regproc": ordinary("pg_catalog.now", "pg_catalog.pi", "-"),
    "regprocedure": ordinary("pg_catalog.now()", "pg_catalog.pi()", "-"),
    "regoper": ordinary("pg_catalog.||/", "0"),
    "regoperator": ordinary("pg_catalog.+(integer,integer)", "pg_catalog.-(integer,integer)", "0"),
    "regrole": ordinary("pg_monitor", "pg_signal_backend", "-"),
    "regnamespace": ordinary("pg_catalog", "information_schema", "-"),
    "regconfig": ordinary("pg_catalog.simple", "pg_catalog.english", "-"),
    "regdictionary": ordinary("pg_catalog.simple", "-"),
    "regcollation": ordinary('pg_catalog."C"', 'pg_catalog."POSIX"', "-"),
    "int2vector": _numbered("1 {}"),
    "oidvector": _numbered("1 {}"),
    "refcursor": _numbered("cursor {}"),
    "char": ordinary(*string.ascii_lowercase[:_COUNT], "A", "1"),
    "hstore": _numbered('"row"=>"{}"') + extreme("", '"a"=>NULL, "b"=>"\\""'),
    "ltree": _numbered("Top.row{}") + extreme(""),
    "lquery": _numbered("Top.row{}.*"),
    "cube": _numbered("(1, {})"),
    "isbn": ordinary("0-393-04002-X", "0-201-03801-3"),
    "geometry": _numbered("POINT({} 2)"),
    "geography": _numbered("POINT({} 2)"),
}

_UNKNOWN = ordinary(
    "1", "a", "2", "b", "{}", "[]", "()", "(1,2)", "[1,2]", "{1,2}", "1.5", "2024-01-01", "t", ""
)


def known(name: str, modifier: int, *, is_key: bool) -> tuple[Value, ...] | None:
    """The values of the type of this name, None when nothing is known of it.

    Args:
        name: as pg_type has it.
        modifier: as pg_attribute.atttypmod, -1 for none.
        is_key: of a column that is part of a key.
    """
    size = modifier if modifier >= 0 else None
    if name in _WHOLE:
        return integers(*_WHOLE[name], is_key=is_key)
    if name in ("varchar", "bpchar"):
        return text(size - 4 if size is not None else None)
    if name in ("text", "citext"):
        return text()
    if name == "name":
        return text(63)
    if name == "numeric":
        return numeric() if size is None else numeric(*_precision(size))
    if name in ("bit", "varbit"):
        return bits(size, is_varying=name == "varbit")
    if name in ("vector", "halfvec"):
        rest = ",0.5" * ((size or 3) - 1)
        return ordinary(*(f"[{n}{rest}]" for n in range(1, _COUNT + 1)))
    return _FIXED.get(name)


def unknown() -> tuple[Value, ...]:
    """Strings that some type of a user's or an extension's may read."""
    return _UNKNOWN


def _precision(modifier: int) -> tuple[int, int]:
    """Digits, and digits behind the point, which 15 and newer keep with a sign in 11 bits."""
    packed = modifier - 4
    scale = packed & 0x7FF
    return packed >> 16 & 0xFFFF, scale - 2048 if scale >= 1024 else scale
