"""Connection strings where other words belong: refused, or told without their password."""

import re
from collections.abc import Sequence
from typing import cast

_FLAGS = ("--url", "--shadow-url", "--from", "--to", "--against")

_PASSWORD = re.compile(r"(://[^\s:@]*:)\S*@")


def without_passwords(value: object) -> object:
    """A text, or the texts in lists and tables, with the password of each URL replaced."""
    if isinstance(value, str):
        return _PASSWORD.sub(r"\1***@", value)
    if isinstance(value, list):
        return [without_passwords(one) for one in cast("list[object]", value)]
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return {name: without_passwords(one) for name, one in items}
    return value


def is_like_url(text: str) -> bool:
    """Whether a text may hold a connection string, and with it a password."""
    return "://" in text or "password=" in text.lower().replace(" ", "")


def require_no_stray_url(arguments: Sequence[str]) -> None:
    """Refuse a connection string that is the value of no flag for one.

    Raises:
        ConnectionStringMisplaced: the first one.
    """
    for before, word in zip(("", *arguments), arguments, strict=False):
        is_value = before in _FLAGS or word.startswith(tuple(f"{flag}=" for flag in _FLAGS))
        if is_like_url(word) and not is_value:
            from pgmig.errors import ConnectionStringMisplaced

            raise ConnectionStringMisplaced
