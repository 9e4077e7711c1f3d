"""Connection strings taken apart, and refused where a password could be taken for something else.

libpq reads `postgresql://app:se/cret@h/db` as the host `app`, the port `se` and the database
`cret@h/db`, and says so in its messages: such a string never gets as far as libpq's connections.
"""

import re

import psycopg
from psycopg import conninfo

from pgmig.errors import BadConnectionString, ForeignConnectionString, UnclearConnectionString

_SCHEMES = ("postgresql://", "postgres://")

_PORTS = re.compile(r"[0-9]*(,[0-9]*)*")

_PASSWORD = re.compile(r"(password|passwd|pass|pwd)\s*=", re.IGNORECASE)

# From the first quotation mark of a message to the last: libpq quotes what it could not read.
_QUOTED = re.compile(r'\s*".*"', re.DOTALL)


def read(url: str) -> dict[str, str]:
    """The keywords of a connection string with their values, those that are given.

    Raises:
        ForeignConnectionString: it is a URL of something else, or neither URL nor pairs.
        UnclearConnectionString: a part of it may be a piece of the password.
        BadConnectionString: libpq cannot read it.
    """
    is_url = _is_url(url)
    if is_url:
        _require_clear_url(url)
    elif url.strip() and "=" not in url:
        raise ForeignConnectionString(is_url=False)
    try:
        found = conninfo.conninfo_to_dict(url)
    except psycopg.Error as error:
        # libpq quotes the string it cannot read, password and all: keep only its complaint.
        reason = _QUOTED.sub("", str(error)).split(":", maxsplit=1)[0]
        raise BadConnectionString(reason=" ".join(reason.split())) from None
    parts = {name: str(value) for name, value in found.items() if value is not None}
    if not _is_clear(parts, is_url=is_url):
        raise UnclearConnectionString
    return parts


def describe_url(url: str) -> str:
    """`user@host:port/database` of a connection string, whatever of it is given; no password.

    Raises:
        UsageError: `url` cannot be read, as `read` says.
    """
    parts = read(url)
    user = f"{parts['user']}@" if parts.get("user") else ""
    host = parts.get("host") or parts.get("hostaddr") or parts.get("service") or ""
    port = f":{parts['port']}" if parts.get("port") else ""
    database = f"/{parts['dbname']}" if parts.get("dbname") else ""
    return f"{user}{host}{port}{database}" or "the defaults of libpq (PG* variables)"


def pinned(url: str) -> dict[str, str]:
    """What keeps a connection string that names a socket on it.

    PGHOSTADDR, or `hostaddr` of the service that PGSERVICE names, would lead it to the server at
    that address, since the string has none of its own (libpq-connect.html, host and hostaddr).
    """
    parts = read(url)
    is_socket = parts.get("host", "").startswith(("/", "@"))
    return {"hostaddr": ""} if is_socket and "hostaddr" not in parts else {}


def completed(url: str) -> dict[str, str]:
    """The keywords of a connection string, with those that libpq adds where it says nothing.

    They come from PG* variables and the service that PGSERVICE names; not from a service that the
    string names, which libpq alone reads.

    Raises:
        UsageError: `url` cannot be read, as `read` says.
    """
    found = {
        option.keyword.decode(): option.val.decode()
        for option in psycopg.pq.Conninfo.get_defaults()
        if option.val
    }
    found |= read(url)
    found.setdefault("dbname", found.get("user", ""))
    return found


def from_environment() -> dict[str, str]:
    """What libpq takes from PG* variables and their service file where a string does not say it."""
    found: dict[str, str] = {}
    for option in psycopg.pq.Conninfo.get_defaults():
        if option.val and option.val != option.compiled:
            found[option.keyword.decode()] = option.val.decode(errors="replace")
    return found


def _is_url(url: str) -> bool:
    """Whether it is meant as a URL; `password=a://b` is a pair."""
    head, mark, _ = url.partition("://")
    return bool(mark) and "=" not in head


def _require_clear_url(url: str) -> None:
    """Refuse a URL in which `@` does not simply end the user and the password.

    libpq ends them at the first `@` before which no `/` stands (conninfo_uri_parse_options).
    """
    scheme = next((scheme for scheme in _SCHEMES if url.startswith(scheme)), None)
    if scheme is None:
        raise ForeignConnectionString(is_url=True)
    before, _, _ = url.removeprefix(scheme).rpartition("@")
    if any(sign in before for sign in "@/?") or any(c.isspace() for c in url):
        raise UnclearConnectionString


def _is_clear(parts: dict[str, str], *, is_url: bool) -> bool:
    """Whether what would be shown can hold no piece of a password."""
    user, host = parts.get("user", ""), parts.get("host", "")
    shown = (user, host, parts.get("dbname", ""), parts.get("service", ""))
    if any("://" in part or _PASSWORD.search(part) for part in shown):
        return False
    if "@" in host and not host.startswith(("/", "@")):  # a socket's path may hold one
        return False
    return not is_url or (":" not in user and _PORTS.fullmatch(parts.get("port", "")) is not None)
