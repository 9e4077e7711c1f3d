"""The texts of a report before anybody marks them up: without passwords, and not too long."""

import re

from pgmig.cli.output import clean
from pgmig.cli.report.form import Name, Words
from pgmig.cli.stray import without_passwords

# PASSWORD 'x' of a role, password 'x' among options, "password": "x" in JSON, ''x'' in a literal;
# password=x in a connection string.
_SECRET = re.compile(
    r"""(?P<key>(?:passw(?:or)?d|pwd)["']?)"""
    r"""(?P<is>(?:\s|/\*.*?\*/)*(?:=>?|:)?(?:\s|/\*.*?\*/)*)(?P<how>e|u&)?"""
    r"""(?P<value>''[^']+''|'(?:[^'\\]|''|\\.)*'?|(?:(?<=[:=])|(?<=[:=]\s))"(?:[^"\\]|\\.)*"?"""
    r"""|\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z))"""
    r"""|(?P<name>(?:passw(?:or)?d|pwd)=)[^\s'"$&;,)]+""",
    re.IGNORECASE | re.DOTALL,
)


def leaf(text: str) -> str:
    """The text without control characters, and without what looks like a password."""
    return _SECRET.sub(_hidden, clean(str(without_passwords(text))))


def parts_of(words: Words) -> tuple[str | Name, ...]:
    """A run of text as its parts."""
    return (words,) if isinstance(words, str | Name) else words


def in_short(words: Words, limit: int) -> tuple[str | Name, ...]:
    """At most so many characters of a run of text, and how many more there are.

    What is hidden is hidden before: half a connection string does not look like one.
    """
    parts = [
        Name(leaf(each.text)) if isinstance(each, Name) else leaf(each) for each in parts_of(words)
    ]
    count = sum(len(_text(part)) for part in parts)
    if count <= limit:
        return tuple(parts)
    kept: list[str | Name] = []
    room = limit
    for part in parts:
        text = _text(part)[:room]
        if text:
            kept.append(Name(text) if isinstance(part, Name) else text)
        room -= len(text)
    return (*kept, f" .. and {count - limit:,} more characters")


def _text(part: str | Name) -> str:
    return part.text if isinstance(part, Name) else part


def _hidden(found: re.Match[str]) -> str:
    if found["name"]:
        return f"{found['name']}***"
    return f"{found['key']}{found['is']}'***'"
