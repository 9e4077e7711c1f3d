"""Connection strings as URLs, which other libraries than libpq read too."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from pgmig.db import address, describe_url
from pgmig.errors import OtherTestServer

_PLAIN_HOST = re.compile(r"[A-Za-z0-9._-]+")
_IN_URL = frozenset({"user", "password", "host", "port", "dbname"})


def as_url(parts: Mapping[str, str]) -> str:
    """The keywords of a connection string as a URL; a socket's folder stands behind `?host=`."""
    user = quote(parts.get("user", ""), safe="")
    if password := parts.get("password"):
        user += f":{quote(password, safe='')}"
    host, port = parts.get("host", ""), parts.get("port", "")
    is_plain = _PLAIN_HOST.fullmatch(host) is not None and port.isascii() and "," not in port
    rest = {key: value for key, value in parts.items() if key not in _IN_URL}
    if not is_plain:
        rest = {key: value for key, value in (("host", host), ("port", port)) if value} | rest
        host = port = ""
    where = (f"{user}@" if user else "") + host + (f":{port}" if port else "")
    query = f"?{urlencode(rest, quote_via=quote, safe='')}" if rest else ""
    return f"postgresql://{where}/{quote(parts.get('dbname', ''), safe='')}{query}"


def whole(url: str) -> str:
    """The URL with what it leaves open and tests need: a database, that is `postgres`.

    Raises:
        OtherTestServer: the environment would add where it leads; names what.
        UsageError: as `address.read`.
    """
    given = address.read(url)
    if "service" in given:
        return url
    outside = address.from_environment()
    for keyword in ("hostaddr", "host", "port"):
        is_told = keyword in given or (keyword == "host" and "hostaddr" in given)
        if keyword in outside and not is_told:
            raise OtherTestServer(server=describe_url(url), keyword=keyword)
    return as_url({"dbname": "postgres", **given})
