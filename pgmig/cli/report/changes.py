"""What differs between two snapshots, as a table with the old and the new value of each field."""

from collections.abc import Iterable, Iterator
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

from pgmig.cli.report.form import Block, Code, Folded, Name, Table, Words
from pgmig.model import Record
from pgmig.plan import words

if TYPE_CHECKING:
    from pgmig.model import ObjectKey
    from pgmig.plan import Difference, Leaf

_LONG = 100  # characters of a value that stands in a cell
_UNTOLD = frozenset({"name", "is_local"})  # the label has it; what is not inherited is no news


def change_blocks(found: "Iterable[Difference]") -> Iterator[Block]:
    """A table of all that changes, and long texts that change, line by line and folded."""
    differences = sorted(found, key=_place)
    rows = tuple(row for each in differences for row in _rows(each))
    if rows:
        yield Table(("object", "what", "is", "becomes"), rows)
    yield from text_blocks(differences)


def text_blocks(found: "Iterable[Difference]") -> Iterator[Block]:
    """Each long text that changes, line by line and folded."""
    for difference in found:
        for leaf in difference.leaves():
            if is_long(leaf):
                yield _lines(difference, leaf)


def of_object(key: "ObjectKey") -> Words:
    """An object, its name set as one."""
    return f"{key.kind} ", Name(str(key).removeprefix(f"{key.kind} "))


def is_long(leaf: "Leaf") -> bool:
    """Whether both values are texts that are better read line by line."""
    if leaf.sort != "changed" or not (isinstance(leaf.old, str) and isinstance(leaf.new, str)):
        return False
    return max(len(leaf.old), len(leaf.new)) > _LONG or "\n" in leaf.old + leaf.new


def values(leaf: "Leaf") -> tuple[Words, Words]:
    """The two values, in a cell each."""
    if is_long(leaf):
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


def _rows(difference: "Difference") -> Iterator[tuple[Words, ...]]:
    key = of_object(difference.key)
    if not difference.field:
        yield key, "dropped" if difference.new is None else "new", "", ""
    for leaf in difference.leaves():
        yield key, *_what(leaf), *values(leaf)


def _what(leaf: "Leaf") -> tuple[Words]:
    told = {"changed": "", "added": " is new", "removed": " goes", "order": ": another order"}
    return (f"{leaf.label}{told[leaf.sort]}",)


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


def _lines(difference: "Difference", leaf: "Leaf") -> Folded:
    old, new = leaf.old.splitlines(), leaf.new.splitlines()
    lines = [*unified_diff(old, new, "is", "becomes", n=3, lineterm="")][2:]
    title = (*of_object(difference.key), f": {leaf.label}")
    return Folded(title, (Code("\n".join(lines), "diff"),))
