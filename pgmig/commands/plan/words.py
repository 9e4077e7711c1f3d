"""Sizes, counts and times as people say them in a forecast."""

_THOUSAND = 1_000
_SIZES = ("bytes", "kB", "MB", "GB", "TB", "PB")
_COUNTS = ((1_000_000_000, " billion"), (1_000_000, " million"))
_TIMES = ((86_400, "days"), (3_600, "h"), (60, "min"))


def size(count: int) -> str:
    """`48 GB`, `3.1 MB`, `empty`."""
    if not count:
        return "empty"
    value, unit = float(count), 0
    while value >= _THOUSAND and unit < len(_SIZES) - 1:
        value, unit = value / _THOUSAND, unit + 1
    return f"{_short(value)} {_SIZES[unit]}"


def rows(count: int | None) -> str:
    """`210 million rows`, `3,400 rows`, `1 row`; "" when nobody has counted."""
    if count is None:
        return ""
    for least, word in _COUNTS:
        if count >= least:
            return f"{_short(count / least)}{word} rows"
    return "1 row" if count == 1 else f"{count:,} rows"


def lasting(seconds: float) -> str:
    """`about 8 min`, `about 2 s`, `less than a second`."""
    if seconds < 1:
        return "less than a second"
    for length, unit in _TIMES:
        if seconds >= 2 * length:
            return f"about {_short(seconds / length)} {unit}"
    return f"about {seconds:.0f} s"


def rate(count: int) -> str:
    """`100 MB/s`."""
    return f"{size(count)}/s"


def some(names: tuple[str, ...], limit: int = 3) -> str:
    """The first of them, and how many more there are."""
    rest = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + rest


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if value < 10 else f"{value:.0f}"
