"""Directives: `-- pgmig: key=value` comments at the head of a script.

The head is all that stands before the first statement. A directive is a `--` comment of its own
line that begins with `pgmig:`; it holds one or more `key=value` with blanks between them. A value
with blanks is written in double quotes, a double quote in it twice.

    -- pgmig: transaction=off
    -- pgmig: lock_timeout=2s retries=10
    -- pgmig: irreversible="drops the addresses of 2019"
    -- pgmig: allow=drop-table,data-loss
    -- pgmig: allow=blocking-index reason="the table is read at night alone"
    -- pgmig: roles="app,""Odd, Name"",reader"
    -- pgmig: checkpoint=1
    -- pgmig: batch=5000 key=id pause=50ms

`allow`, `reason` and `roles` may be given several times. A role's name is written in double
quotes when it has capitals, commas, quotes or blanks, as SQL would have it. `batch` and
what belongs to it is about the first statement (`batch/directive.py`), and takes the half out of
its transaction.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from pgmig.errors import DirectiveNotWritable
from pgmig.errors.consent import CONSENT
from pgmig.scripts.allowing import allowed_names
from pgmig.scripts.batch.directive import BATCH_KEYS, Batch, make_batch
from pgmig.scripts.directive import BadValue, Directive, bad, directives, milliseconds, unknown
from pgmig.scripts.lexer import next_token
from pgmig.scripts.position import position


class Header(msgspec.Struct, frozen=True):
    """What the directives of one half say.

    Attributes:
        transaction: whether the half runs in one transaction.
        lock_timeout: PostgreSQL's lock_timeout while it runs, as written, like `2s`.
        retries: how often a lock timeout is tried again.
        irreversible: why there is no way back.
        allow: the hazards that its author consents to.
        rules: the rules of `pgmig lint` that it may break, besides hazards that are rules.
        reason: why.
        roles: roles that must exist before the first statement, in the order of writing.
        checkpoint: the first version that the script stands for, as `pgmig squash` writes it.
    """

    transaction: bool = True
    lock_timeout: str | None = None
    retries: int | None = None
    irreversible: str | None = None
    allow: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    reason: str | None = None
    roles: tuple[str, ...] = ()
    checkpoint: int | None = None


def read_header(text: str, *, path: Path | None = None) -> Header:
    """The header of a script's text; `path` is for the messages.

    Raises:
        UnknownDirective, BadDirective: as `read_head`.
    """
    return read_head(text, path=path)[0]


def read_head(text: str, *, path: Path | None = None) -> tuple[Header, Batch | None]:
    """The header of a script's text, and how its first statement runs in batches.

    Raises:
        UnknownDirective: a key that pgmig does not know.
        BadDirective: a value that cannot be, a key given twice, or something else than key=value.
    """
    header = Header()
    seen: dict[str, Directive] = {}
    of_batch: list[Directive] = []
    for directive in directives(text, 0, path):
        if directive.key in seen and directive.key not in _LISTS:
            raise bad(text, directive, path, "is given twice")
        seen[directive.key] = directive
        if directive.key in BATCH_KEYS:
            of_batch.append(directive)
        else:
            header = _merged(header, text, directive, path)
    if not of_batch:
        return header, None
    batch = make_batch(text, of_batch, 1, path)
    if "transaction" in seen and header.transaction:
        raise bad(text, seen["transaction"], path, "is off in a script that runs in batches")
    return replace(header, transaction=False), batch


def _merged(header: Header, text: str, directive: Directive, path: Path | None) -> Header:
    merge = _MERGES.get(directive.key)
    if merge is None:
        raise unknown(text, directive, path, KNOWN)
    try:
        return merge(header, directive.value)
    except BadValue as error:
        raise bad(text, directive, path, str(error)) from None


def head_end(text: str) -> int:
    """The offset at which the head ends: the first thing that is neither blank nor comment."""
    return next_token(text, 0)


def consent_line(text: str, word: str) -> int:
    """The line on which a script's text consents to a hazard, from 1; 1 when none does."""
    for each in directives(text, 0, None):
        if each.key == "allow" and word in {name.strip() for name in each.value.split(",")}:
            return position(text, each.start)[0]
    return 1


def directive_lines(header: Header) -> str:
    """The header as directives, one a line; empty for a header that says nothing.

    Raises:
        DirectiveNotWritable: a value with a line break, which would end the comment.
    """
    pairs = [*_how(header), *_why(header)]
    for key, value in pairs:
        if "\n" in value or "\r" in value:
            raise DirectiveNotWritable(key=key, value=value)
    return "".join(f"-- pgmig: {key}={value}\n" for key, value in pairs)


def _how(header: Header) -> Iterator[tuple[str, str]]:
    """What is said of how it runs."""
    if header.checkpoint is not None:
        yield "checkpoint", str(header.checkpoint)
    if not header.transaction:
        yield "transaction", "off"
    if header.lock_timeout is not None:
        yield "lock_timeout", header.lock_timeout
    if header.retries is not None:
        yield "retries", str(header.retries)


def _why(header: Header) -> Iterator[tuple[str, str]]:
    """What its author agrees to, and what it needs."""
    if header.irreversible is not None:
        yield "irreversible", _quoted(header.irreversible)
    if header.allow or header.rules:
        yield "allow", ",".join(sorted(header.allow | header.rules))
    if header.reason is not None:
        yield "reason", _quoted(header.reason)
    if header.roles:
        yield "roles", _quoted(",".join(map(_role_text, header.roles)))


# The values -------------------------------------------------------------------------------------

_LONGEST = 2**31 - 1  # milliseconds: lock_timeout is an int4 (pg_settings.max_val)
_BARE_ROLE = re.compile(r'[^\s",A-Z]++')
_ROLE = re.compile(r'[ \t]*+(?:"((?:[^"]|"")++)"|([^\s",]++))[ \t]*+(,|\Z)')


def _transaction(header: Header, value: str) -> Header:
    if value not in ("on", "off"):
        raise BadValue(f"is on or off, not {value}")
    return replace(header, transaction=value == "on")


def _lock_timeout(header: Header, value: str) -> Header:
    if milliseconds(value) > _LONGEST:
        raise BadValue(f"is a number with its unit, like 500ms, 2s or 1min, or 0, not {value}")
    return replace(header, lock_timeout=value)


def _retries(header: Header, value: str) -> Header:
    if not (value.isascii() and value.isdigit() and len(value) <= 6):
        raise BadValue(f"is a whole number from 0, not {value}")
    return replace(header, retries=int(value))


def _irreversible(header: Header, value: str) -> Header:
    if not value.strip():
        raise BadValue("needs a reason")
    return replace(header, irreversible=value)


def _allow(header: Header, value: str) -> Header:
    names = allowed_names(value)
    hazards = names & frozenset(CONSENT)
    return replace(header, allow=header.allow | hazards, rules=header.rules | names - hazards)


def _reason(header: Header, value: str) -> Header:
    if not value.strip():
        raise BadValue("says why a rule may be broken")
    return replace(header, reason=f"{header.reason}; {value}" if header.reason else value)


def _roles(header: Header, value: str) -> Header:
    names = list(header.roles)
    at = 0
    while True:
        match = _ROLE.match(value, at)
        if match is None:
            raise BadValue(f"is a comma list of role names, not {value}")
        quoted: str | None = match[1]
        if quoted is None and not _BARE_ROLE.fullmatch(match[2]):
            raise BadValue(f'has capitals in {match[2]}: write ""{match[2]}"" within the quotes')
        names.append(match[2] if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        if not match[3]:
            return replace(header, roles=tuple(dict.fromkeys(names)))


def _checkpoint(header: Header, value: str) -> Header:
    if not (value.isascii() and value.isdigit() and len(value) <= 18 and int(value)):
        raise BadValue(f"is the number of a script, from 1, not {value}")
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
    "reason": _reason,
    "roles": _roles,
    "checkpoint": _checkpoint,
}
_LISTS = frozenset({"allow", "reason", "roles"})
KNOWN: Final = (*_MERGES, *BATCH_KEYS)
"""Every key that the head of a file may have."""
