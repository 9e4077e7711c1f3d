"""`${NAME}` in a connection string: its value written so that it stays one part of it."""

from urllib.parse import quote


def fit(text: str, start: int, end: int, value: str) -> str:
    """`value` as it has to be written in place of `text[start:end]`.

    Inside a URL it is percent-encoded: a password may hold `/`, `@` and `%` as they are. Behind
    `key=` it is quoted as libpq asks for. A value that is the whole text, or its beginning, stays
    as it is: it is a connection string itself.
    """
    before, after = text[:start], text[end:]
    if "://" in before:
        return quote(value, safe=_signs(before.partition("://")[2], after))
    if before.endswith("='") and after.startswith("'"):
        return _escaped(value)
    if before.endswith("=") and not after[:1].strip():
        return f"'{_escaped(value)}'"
    return value


def _signs(before: str, after: str) -> str:
    """The signs with a meaning in the part of the URL that the value is, or is a piece of."""
    if "@" in after:
        return ""
    if "?" in before:
        return "" if before.rpartition("&")[2].count("=") else "=&"
    return "" if "/" in before else ":,[]"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
