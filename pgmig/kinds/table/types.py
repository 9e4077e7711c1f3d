"""What happens to the values of a column whose type changes (catalog.md 3.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from pgmig import ddl
from pgmig.model import Around, ObjectKey, Record

_ASIDE = "set aside: "

_STRINGS = frozenset({"text", "character varying", "character"})
_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})
_TIMES = "time without time zone", "time with time zone"
_STAMPS = "timestamp without time zone", "timestamp with time zone"

# Implicit and assignment casts that every server has (pg_cast), besides those among numbers and
# those to strings, which all types have.
_ASSIGNED: dict[str, frozenset[str]] = {
    "json": frozenset({"jsonb"}),
    "jsonb": frozenset({"json"}),
    "cidr": frozenset({"inet"}),
    "inet": frozenset({"cidr"}),
    "macaddr": frozenset({"macaddr8"}),
    "macaddr8": frozenset({"macaddr"}),
    "bit": frozenset({"bit varying"}),
    "bit varying": frozenset({"bit"}),
    "date": frozenset(_STAMPS),
    "interval": frozenset({_TIMES[0]}),
    _TIMES[0]: frozenset({_TIMES[1], "interval"}),
    _TIMES[1]: frozenset({_TIMES[0]}),
    _STAMPS[0]: frozenset({_STAMPS[1], _TIMES[0], "date"}),
    _STAMPS[1]: frozenset({_STAMPS[0], *_TIMES, "date"}),
    "integer": frozenset({"money", "oid"}),
    "bigint": frozenset({"money", "oid"}),
    "smallint": frozenset({"oid"}),
    "numeric": frozenset({"money"}),
    "money": frozenset({"numeric"}),
    "oid": frozenset({"integer", "bigint"}),
}

# Casts that only `::` makes.
_EXPLICIT: dict[str, frozenset[str]] = {
    "jsonb": _NUMBERS | {"boolean"},
    "integer": frozenset({"boolean", "bit"}),
    "bigint": frozenset({"bit"}),
    "boolean": frozenset({"integer"}),
    "bit": frozenset({"integer", "bigint"}),
}

# To these no value is lost and none can fail.
_WIDER: dict[str, frozenset[str]] = {
    "smallint": frozenset({"integer", "bigint", "numeric", "real", "double precision"}),
    "integer": frozenset({"bigint", "numeric", "double precision"}),
    "bigint": frozenset({"numeric"}),
    "real": frozenset({"double precision"}),
    "cidr": frozenset({"inet"}),
    "macaddr": frozenset({"macaddr8"}),
    "bit": frozenset({"bit varying"}),
    "jsonb": frozenset({"json"}),
    "date": frozenset(_STAMPS),
    _TIMES[0]: frozenset({"interval"}),
    _STAMPS[0]: frozenset({_STAMPS[1]}),
    _STAMPS[1]: frozenset({_STAMPS[0]}),
}

_MAIN = frozenset({"numeric", "inet", "cidr"})


@dataclass(frozen=True, slots=True)
class Shape:
    """A type taken apart: `numeric(10,2)[]` is numeric, (10, 2), an array.

    Attributes:
        name: without typmod, as format_type prints it.
        limits: the numbers of the typmod.
        is_array: whether it is an array of the rest.
    """

    name: str
    limits: tuple[int, ...]
    is_array: bool


def set_aside(type_: str) -> str:
    """The text that stands for a type which is renamed until the column has its new one."""
    return _ASIDE + shown(type_)


def is_set_aside(type_: str) -> bool:
    """Whether this is such a text: only a cast to text leads from such a type to the new one."""
    return type_.startswith(_ASIDE)


def shown(type_: str) -> str:
    """The type as PostgreSQL prints it, set aside or not."""
    return type_.removeprefix(_ASIDE)


def shape(type_: str) -> Shape:
    """A type as format_type prints it, taken apart."""
    text = shown(type_)
    element = text.removesuffix("[]")
    opening = _opening(element)
    if opening < 0:
        return Shape(element, (), element != text)
    inside, _, rest = element[opening + 1 :].partition(")")
    numbers = [part.strip() for part in inside.split(",")]
    limits = tuple(int(each) for each in numbers if each.lstrip("-").isdigit())
    return Shape(element[:opening] + rest, limits, element != text)


def _opening(text: str) -> int:
    """Where the typmod opens, outside of quoted names; -1 where there is none."""
    is_quoted = False
    for place, letter in enumerate(text):
        if letter == '"':
            is_quoted = not is_quoted
        elif letter == "(" and not is_quoted:
            return place
    return -1


def is_same_base(old: str, new: str) -> bool:
    """Whether two types differ at most in their limits."""
    before, after = shape(old), shape(new)
    is_same = before.name == after.name and before.is_array == after.is_array
    return is_same and not is_set_aside(old)


def using(column: str, old: str, new: str, around: Around) -> str | None:
    """The expression that makes a new value of the old one; None where assignment does.

    Args:
        column: the quoted name of the column.
        old: the type that it has.
        new: the type that it gets.
        around: with the domains and casts of both sides.
    """
    before, after = shape(old), shape(new)
    if is_same_base(old, new):
        return None
    dimension = "[]" if before.is_array and after.is_array else ""
    if is_set_aside(old):
        return f"{column}::text{dimension}::{new}"
    source, target = _base(before, around.old).name, _base(after, around.new).name
    if before.is_array == after.is_array:
        if _is_assigned(source, target):
            return None
        if _is_cast(source, target, around):
            return f"{column}::{new}"
    elif after.name in _STRINGS and not after.is_array:
        return None
    elif before.name in _STRINGS and not before.is_array:
        return f"{column}::{new}"
    return f"{column}::text{dimension}::{new}"


def _is_assigned(source: str, target: str) -> bool:
    is_number = source in _NUMBERS and target in _NUMBERS
    is_simple = source == target or target in _STRINGS or is_number
    return is_simple or target in _ASSIGNED.get(source, ())


def _is_cast(source: str, target: str, around: Around) -> bool:
    if source in _STRINGS or target in _EXPLICIT.get(source, ()):
        return True
    return ObjectKey("cast", "", f"{source} AS {target}") in around.new


def _base(of: Shape, objects: Mapping[ObjectKey, Record]) -> Shape:
    """The type under a domain; any other type itself."""
    record = found(of.name, "domain", objects)
    while record is not None:
        under = shape(getattr(record, "type", ""))
        of = Shape(under.name, under.limits, of.is_array or under.is_array)
        record = found(of.name, "domain", objects)
    return of


def found(name: str, kind: str, objects: Mapping[ObjectKey, Record]) -> Record | None:
    """The type of this kind that format_type prints so; None where there is none."""
    return objects.get(ObjectKey(kind, *ddl.unqualified(name)))


def narrowing(old: str, new: str, around: Around) -> str | None:
    """Why values may not fit into the new type, or lose something; None where all do."""
    named = shape(new)
    before, after = _base(shape(old), around.old), _base(named, around.new)
    if named != after and named.name != shape(old).name:
        return f"a value may not obey {new}"
    is_same_depth = before.is_array == after.is_array
    is_text = after.name in _STRINGS and (is_same_depth or not after.is_array)
    if is_text and not is_set_aside(old):
        return _shorter(before, after, new)
    if before.name == after.name and is_same_depth:
        is_other = named != after and is_set_aside(old)
        return f"a value may not obey {new}" if is_other else _shorter(before, after, new)
    is_wider = not after.limits and is_same_depth
    if is_wider and after.name in _WIDER.get(before.name, ()):
        return None
    return f"a value of {shown(old)} may not be one of {new}"


def _shorter(before: Shape, after: Shape, new: str) -> str | None:
    """Whether the limits of one type grew narrower."""
    if not after.limits:
        return None
    is_string = before.name in _STRINGS
    if not before.limits or (before.name != after.name and not is_string):
        return f"a value may be too long for {new}"
    if after.name == "numeric":
        old, new_limits = (*before.limits, 0)[:2], (*after.limits, 0)[:2]
        is_narrower = new_limits[1] < old[1] or new_limits[0] - new_limits[1] < old[0] - old[1]
    else:
        is_narrower = after.limits < before.limits
    return f"a value may be too long for {new}" if is_narrower else None


def default_storage(type_: str, around: Around) -> str:
    """The storage that a type gives its columns, for a server that cannot be told DEFAULT."""
    of = shape(type_)
    if of.is_array:
        return "EXTENDED"
    name = _base(of, around.new).name
    if name in _MAIN:
        return "MAIN"
    record = found(name, "base type", around.new)
    return str(getattr(record, "storage", "extended")).upper()
