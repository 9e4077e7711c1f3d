"""JSON documents of the versioned shape, as commands print and write them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import msgspec

VERSION: Final = 1  # of the documents' shape


def document(fields: dict[str, Any], *, indent: int = 0) -> str:
    r"""One document of these plain fields, on one line or indented.

    A file name that is not UTF-8 has its stray bytes written out, as `0004_\xfe.up.sql`.
    """
    whole = {"pgmig": VERSION, **fields}
    try:
        data = msgspec.json.encode(whole)
    except UnicodeEncodeError:
        data = msgspec.json.encode(_legible(whole))
    return (msgspec.json.format(data, indent=indent) if indent else data).decode()


def _legible(value: Any) -> Any:
    """The same with every text valid Unicode."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, Any]", value)
        return {_legible(name): _legible(each) for name, each in fields.items()}
    if isinstance(value, list | tuple):
        each_of = cast("Sequence[Any]", value)
        return [_legible(each) for each in each_of]
    return value
