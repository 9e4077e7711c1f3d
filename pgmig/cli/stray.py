"""Connection strings where other arguments belong: refused before anything quotes them."""

from collections.abc import Sequence

_FLAGS = ("--url", "--shadow-url")


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
