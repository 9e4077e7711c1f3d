"""What differs between two snapshots, as a table with the old and the new value of each field."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff
from typing import TYPE_CHECKING, Any, NamedTuple

from pgmig.cli.report.form import Block, Code, Folded, Name, Table, Words
from pgmig.kinds import KIND_BY_NAME
from pgmig.model import ObjectKey, Record
from pgmig.plan import words

if TYPE_CHECKING:
    from pgmig.plan import Difference, Leaf

_LONG = 100  # characters of a value that stands in a cell
_CATALOGS = {"table": "pg_class", "domain": "pg_type", "family": "pg_opfamily"}  # of parents
_UNTOLD = frozenset({"name", "is_local"})  # the label has it; what is not inherited is no news


class Sides(NamedTuple):
    """How two sides are spoken of.

    Attributes:
        old: the value there.
        new: the value there.
        added: what only the new side has.
        removed: what only the old side has.
        is_added: the same of a part.
        is_removed: the same of a part.
    """

    old: str
    new: str
    added: str
    removed: str
    is_added: str
    is_removed: str


TO_BE = Sides("is", "becomes", "new", "dropped", " is new", " goes")


def change_blocks(found: "Iterable[Difference]", sides: Sides = TO_BE) -> Iterator[Block]:
    """A table of all that differs, and long texts that differ, line by line and folded."""
    differences = sorted(found, key=_place)
    parts = _parts(differences)
    told = {key for keys in parts.values() for key in keys}
    rows = tuple(
        row
        for each in differences
        if each.key not in told
        for row in _rows(each, sides, parts.get(each.key, []))
    )
    if rows:
        yield Table(("object", "what", sides.old, sides.new), rows)
    for difference in differences:
        yield from (
            _lines(difference, leaf, sides) for leaf in difference.leaves() if _is_long(leaf)
        )


def of_object(key: ObjectKey) -> Words:
    """An object, its name set as one."""
    return f"{key.kind} ", Name(str(key).removeprefix(f"{key.kind} "))


def _is_long(leaf: "Leaf") -> bool:
    """Whether both values are texts that are better read line by line."""
    if leaf.sort != "changed" or not (isinstance(leaf.old, str) and isinstance(leaf.new, str)):
        return False
    return max(len(leaf.old), len(leaf.new)) > _LONG or "\n" in leaf.old + leaf.new


def _values(leaf: "Leaf") -> tuple[Words, Words]:
    """The two values, in a cell each."""
    if _is_long(leaf):
        return ("", "as folded below")
    if leaf.sort == "order":
        return Name(leaf.old), Name(leaf.new)
    return (
        "" if leaf.sort == "added" else _value(leaf.old),
        "" if leaf.sort == "removed" else _value(leaf.new),
    )


def _place(difference: "Difference") -> tuple[str, str, bool, str, str]:
    """What hangs on a table stands below it."""
    key = difference.key
    return key.schema, key.parent or key.name, bool(key.parent), key.kind, key.name


def _parts(differences: "Iterable[Difference]") -> dict[ObjectKey, list[ObjectKey]]:
    """What comes or goes with the object that it hangs on, as the keys of a new table."""
    whole = [each for each in differences if not each.field]
    homes = {
        (KIND_BY_NAME[each.key.kind].classid, each.key.schema, each.key.name, each.new is None): (
            each.key
        )
        for each in whole
        if not each.key.parent
    }
    found: dict[ObjectKey, list[ObjectKey]] = {}
    for each in whole:
        if catalog := _CATALOGS.get(KIND_BY_NAME[each.key.kind].parent):
            home = homes.get((catalog, each.key.schema, each.key.parent, each.new is None))
            if home is not None:
                found.setdefault(home, []).append(each.key)
    return found


def _rows(
    difference: "Difference", sides: Sides, parts: Sequence[ObjectKey]
) -> Iterator[tuple[Words, ...]]:
    key = of_object(difference.key)
    if not difference.field:
        word = sides.removed if difference.new is None else sides.added
        yield key, (word, *_with(parts)), "", ""
    for leaf in difference.leaves():
        yield key, _what(leaf, sides), *_values(leaf)


def _with(parts: Sequence[ObjectKey]) -> Iterator[str | Name]:
    for place, key in enumerate(parts):
        yield f"{', ' if place else ', with '}{key.kind} "
        yield Name(key.name)


def _what(leaf: "Leaf", sides: Sides) -> str:
    match leaf.sort:
        case "added":
            return f"{leaf.label}{sides.is_added}"
        case "removed":
            return f"{leaf.label}{sides.is_removed}"
        case "order":
            return f"{leaf.label}: another order"
        case "changed":
            return leaf.label


def _value(value: Any) -> Words:
    if isinstance(value, bool) or _is_nothing(value):
        return words.plain(value)
    if isinstance(value, Record):
        return Name(", ".join(_of_record(value)))
    return Name(words.plain(value))


def _of_record(record: Record) -> Iterator[str]:
    """A part that comes or goes: its values, and what is true of it."""
    for field in words.telling(record.__struct_fields__):
        value = getattr(record, field)
        if field in _UNTOLD or value is False or _is_nothing(value):
            continue
        yield words.word(field) + ("" if value is True else f" {words.plain(value)}")


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str | tuple) and not value)


def _lines(difference: "Difference", leaf: "Leaf", sides: Sides) -> Folded:
    old, new = leaf.old.split("\n"), leaf.new.split("\n")
    lines = [*unified_diff(old, new, sides.old, sides.new, n=3, lineterm="")][2:]
    title = (*of_object(difference.key), f": {leaf.label}")
    return Folded(title, (Code("\n".join(lines), "diff"),))
