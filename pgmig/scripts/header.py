"""Directives: `-- pgmig: key=value` comments at the head of a script.

The head is all that stands before the first statement. A directive is a `--` comment of its own
line that begins with `pgmig:`; it holds one or more `key=value` with blanks between them. A value
with blanks is written in double quotes, a double quote in it twice.

    -- pgmig: transaction=off
    -- pgmig: lock_timeout=2s retries=10
    -- pgmig: irreversible="drops the addresses of 2019"
    -- pgmig: allow=drop-table,data-loss
    -- pgmig: roles="app,""Odd, Name"",reader"
    -- pgmig: checkpoint=1

`allow` and `roles` are lists and may be given several times. A role's name is written in double
quotes when it has capitals, commas, quotes or blanks, as SQL would have it.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from pgmig.errors import BadDirective, DirectiveNotWritable, UnknownDirective
from pgmig.errors.consent import CONSENT, Consent
from pgmig.scripts.lexer import UNTERMINATED, blanks_end, comment_end, next_token
from pgmig.scripts.position import position


class Header(msgspec.Struct, frozen=True):
    """What the directives of one half say.

    Attributes:
        transaction: whether the half runs in one transaction.
        lock_timeout: PostgreSQL's lock_timeout while it runs, as written, like `2s`.
        retries: how often a lock timeout is tried again.
        irreversible: why there is no way back.
        allow: the hazards that its author consents to.
        roles: roles that must exist before the first statement, in the order of writing.
        checkpoint: the first version that the script stands for, as `pgmig squash` writes it.
    """

    transaction: bool = True
    lock_timeout: str | None = None
    retries: int | None = None
    irreversible: str | None = None
    allow: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()
    checkpoint: int | None = None


class _BadValue(ValueError):
    """Why a value cannot be; the caller knows where it stands."""


class _Directive(msgspec.Struct, frozen=True):
    """One `key=value` and the offset of its key."""

    key: str
    value: str
    start: int


DIRECTIVE = re.compile(r"--[ \t]*+pgmig[ \t]*+:", re.ASCII | re.IGNORECASE)
_BLANK = re.compile(r"[ \t]*+")
_PAIR = re.compile(r"""([^\s="]++)=(?:"((?:[^"\r\n]|"")*+)"|([^\s"']++))(?![^ \t\r\n])""")
_WORD = re.compile(r"[^\s=]*+")


def read_header(text: str, *, path: Path | None = None) -> Header:
    """The header of a script's text; `path` is for the messages.

    Raises:
        UnknownDirective: a key that pgmig does not know.
        BadDirective: a value that cannot be, a key given twice, or something else than key=value.
    """
    header = Header()
    seen: set[str] = set()
    for directive in _directives(text, path):
        merge = _MERGES.get(directive.key)
        line, column = position(text, directive.start)
        if merge is None:
            raise UnknownDirective(
                path=path, line=line, column=column, key=directive.key, known=tuple(_MERGES)
            )
        try:
            if directive.key in seen and directive.key not in _LISTS:
                raise _BadValue("is given twice")  # noqa: TRY301  (one way out for both)
            header = merge(header, directive.value)
        except _BadValue as error:
            raise BadDirective(
                path=path, line=line, column=column, key=directive.key, reason=str(error)
            ) from None
        seen.add(directive.key)
    return header


def head_end(text: str) -> int:
    """The offset at which the head ends: the first thing that is neither blank nor comment."""
    return next_token(text, 0)


def directive_lines(header: Header) -> str:
    """The header as directives, one a line; empty for a header that says nothing.

    Raises:
        DirectiveNotWritable: a value with a line break, which would end the comment.
    """
    pairs: list[tuple[str, str]] = []
    if header.checkpoint is not None:
        pairs.append(("checkpoint", str(header.checkpoint)))
    if not header.transaction:
        pairs.append(("transaction", "off"))
    if header.lock_timeout is not None:
        pairs.append(("lock_timeout", header.lock_timeout))
    if header.retries is not None:
        pairs.append(("retries", str(header.retries)))
    if header.irreversible is not None:
        pairs.append(("irreversible", _quoted(header.irreversible)))
    if header.allow:
        pairs.append(("allow", ",".join(sorted(header.allow))))
    if header.roles:
        pairs.append(("roles", _quoted(",".join(map(_role_text, header.roles)))))
    for key, value in pairs:
        if "\n" in value or "\r" in value:
            raise DirectiveNotWritable(key=key, value=value)
    return "".join(f"-- pgmig: {key}={value}\n" for key, value in pairs)


def _directives(text: str, path: Path | None) -> Iterator[_Directive]:
    """The pairs of every directive in the head."""
    start = blanks_end(text, 0)
    while (end := comment_end(text, start)) not in (start, UNTERMINATED):
        match = DIRECTIVE.match(text, start, end)
        if match:
            yield from _pairs(text, match.end(), end, path)
        start = blanks_end(text, end)


def _pairs(text: str, start: int, end: int, path: Path | None) -> Iterator[_Directive]:
    """The pairs of one directive: `text[start:end]` is what follows its colon."""
    at = _skip(text, start, end)
    while at < end:
        match = _PAIR.match(text, at, end)
        if match is None:
            line, column = position(text, at)
            word = _WORD.match(text, at, end)
            raise BadDirective(
                path=path,
                line=line,
                column=column,
                key=word[0] if word else "",
                reason='is not key=value or key="value with blanks"',
            )
        quoted: str | None = match[2]
        value = match[3] if quoted is None else quoted.replace('""', '"')
        yield _Directive(key=match[1], value=value, start=at)
        at = _skip(text, match.end(), end)


def _skip(text: str, start: int, end: int) -> int:
    match = _BLANK.match(text, start, end)
    return match.end() if match else start


# The values -------------------------------------------------------------------------------------

_DURATION = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)(us|ms|s|min|h|d)")
_MILLISECONDS = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_LONGEST = 2**31 - 1  # milliseconds: lock_timeout is an int4 (pg_settings.max_val)
_HAZARDS: tuple[Consent, ...] = CONSENT
_BARE_ROLE = re.compile(r'[^\s",A-Z]++')
_ROLE = re.compile(r'[ \t]*+(?:"((?:[^"]|"")++)"|([^\s",]++))[ \t]*+(,|\Z)')


def _transaction(header: Header, value: str) -> Header:
    if value not in ("on", "off"):
        raise _BadValue(f"is on or off, not {value}")
    return replace(header, transaction=value == "on")


def _lock_timeout(header: Header, value: str) -> Header:
    match = _DURATION.fullmatch(value)
    is_time = match is not None and float(match[1]) * _MILLISECONDS[match[2]] <= _LONGEST
    if value != "0" and not is_time:
        raise _BadValue(f"is a number with its unit, like 500ms, 2s or 1min, or 0, not {value}")
    return replace(header, lock_timeout=value)


def _retries(header: Header, value: str) -> Header:
    if not (value.isascii() and value.isdigit() and len(value) <= 6):
        raise _BadValue(f"is a whole number from 0, not {value}")
    return replace(header, retries=int(value))


def _irreversible(header: Header, value: str) -> Header:
    if not value.strip():
        raise _BadValue("needs a reason")
    return replace(header, irreversible=value)


def _allow(header: Header, value: str) -> Header:
    names = [name.strip() for name in value.split(",")]
    for name in names:
        if name not in _HAZARDS:
            raise _BadValue(f"is a comma list of {', '.join(_HAZARDS)}, not {value}")
    return replace(header, allow=header.allow | frozenset(names))


def _roles(header: Header, value: str) -> Header:
    names = list(header.roles)
    at = 0
    while True:
        match = _ROLE.match(value, at)
        if match is None:
            raise _BadValue(f"is a comma list of role names, not {value}")
        quoted: str | None = match[1]
        if quoted is None and not _BARE_ROLE.fullmatch(match[2]):
            raise _BadValue(f'has capitals in {match[2]}: write ""{match[2]}"" within the quotes')
        names.append(match[2] if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        if not match[3]:
            return replace(header, roles=tuple(dict.fromkeys(names)))


def _checkpoint(header: Header, value: str) -> Header:
    if not (value.isascii() and value.isdigit() and len(value) <= 18 and int(value)):
        raise _BadValue(f"is the number of a script, from 1, not {value}")
    return replace(header, checkpoint=int(value))


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _role_text(name: str) -> str:
    return name if _BARE_ROLE.fullmatch(name) else _quoted(name)


_MERGES: dict[str, Callable[[Header, str], Header]] = {
    "transaction": _transaction,
    "lock_timeout": _lock_timeout,
    "retries": _retries,
    "irreversible": _irreversible,
    "allow": _allow,
    "roles": _roles,
    "checkpoint": _checkpoint,
}
_LISTS = frozenset({"allow", "roles"})
