"""Sessions on a server: opened, described without their password, refused when too old."""

import logging
from collections.abc import Callable

import psycopg
from psycopg.rows import TupleRow

from pgmig.db import address, advice, login, waiting
from pgmig.db.address import describe_url
from pgmig.errors import ConnectionFailed, ConnectionMisconfigured, RoleRefused, ServerTooOld

logger = logging.getLogger(__name__)

OLDEST_VERSION = 140000

_KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


class Connection(psycopg.Connection[TupleRow]):
    """A session, and what is known of the way to its server.

    Attributes:
        is_pooled: a pooler stands in between that may give each transaction another backend, so
            that nothing of a session lasts longer than a transaction.
        role: the role that was taken in place of the one that logged in; None: none was.
        way: the connection string that it was opened with, its password included: never to be told.
        notices_loss: its server can notice within a statement that the client is gone, and was
            asked to.
    """

    is_pooled: bool = False
    role: str | None = None
    way: str = ""
    notices_loss: bool = False


def connect(
    url: str,
    *,
    application_name: str = "pgmig",
    role: str | None = None,
    wait: int = 0,
    on_wait: Callable[[str], None] | None = None,
) -> Connection:
    """A session in autocommit mode, with no prepared statements.

    A pooler in between is recognized by the number of the backend: the one that the protocol
    gives at the start (protocol-flow.html, BackendKeyData) is the pooler's own, not the server's.

    Args:
        url: a connection string as libpq reads it; "" takes everything from PG* variables,
            service and password files.
        application_name: shown in pg_stat_activity unless the connection string sets one.
        role: the role to take (SET ROLE) in place of the one that logs in.
        wait: milliseconds to go on trying while there is no server or it is starting.
        on_wait: hears once what is waited for.

    Raises:
        UsageError: `url` cannot be read, as `address.read` says.
        ConnectionMisconfigured: libpq found a setting that cannot be.
        ConnectionFailed: no session could be had.
        PasswordCommandMissing, PasswordCommandFailed: as `login.password`.
        RoleRefused: the role is not there, or the one that logged in may not take it.
        ServerTooOld: the server is older than 14.
    """
    target = describe_url(url)
    patience = waiting.patience(url, wait)

    def opened() -> Connection:
        try:
            conn = Connection.connect(
                login.opening(url, **_keepalives(url), **address.pinned(url)),
                autocommit=True,
                prepare_threshold=None,
                client_encoding="UTF8",
                fallback_application_name=application_name,
                connect_timeout=patience,
            )
        except psycopg.Error as error:
            raise _failure(target, str(error)) from None
        conn.way = url
        _require_known(conn, target)
        _know(conn, target)
        return conn

    conn = waiting.until_ready(opened, url, wait, on_wait)
    if role is not None:
        _take(conn, role, target)
    logger.debug("connected to %s, server %s", target, conn.info.server_version)
    return conn


def _keepalives(url: str) -> dict[str, int]:
    """How a network that vanished without a word is noticed within a minute, where not said."""
    given = address.read(url)
    return {name: value for name, value in _KEEPALIVES.items() if name not in given}


def again(conn: Connection, *, wait: int = 0) -> Connection:
    """Another session to where `conn` goes or went, as the same role.

    Raises:
        ConnectionFailed: no session could be had within `wait` milliseconds.
    """
    return connect(conn.way, role=conn.role, wait=wait)


def _require_known(conn: Connection, target: str) -> None:
    """Refuse a server that is too old."""
    if conn.info.server_version < OLDEST_VERSION:
        version = str(conn.info.parameter_status("server_version"))
        conn.close()
        raise ServerTooOld(target=target, version=version)


def _know(conn: Connection, target: str) -> None:
    """Find out what stands in between; a pooler says only here that its server is away."""
    own = conn.info.backend_pid
    try:
        found = conn.execute("SELECT pg_catalog.pg_backend_pid()").fetchone()
    except psycopg.Error as error:
        conn.close()
        raise _failure(target, str(error)) from None
    conn.is_pooled = found is not None and found[0] != own


def _take(conn: Connection, role: str, target: str) -> None:
    """Take the role."""
    if role == "none":  # the word of SET ROLE for no role at all; no role can be called so
        conn.close()
        raise RoleRefused(target=target, role=role, reason="it is the word for no role")
    # Behind a pooler it holds for this statement alone, and is asked for in each transaction.
    query = "SELECT pg_catalog.set_config('role', %s::text, %s::boolean)"
    try:
        conn.execute(query, (role, conn.is_pooled))
    except psycopg.Error as error:
        conn.close()
        reason = error.diag.message_primary or " ".join(str(error).split())
        raise RoleRefused(target=target, role=role, reason=reason) from None
    conn.role = role


def beside(conn: Connection, **settings: str) -> Connection:
    """Another session like `conn`, to which RESET gives these settings.

    Raises:
        ConnectionFailed: no session could be had.
    """
    words = (conn.info.options, *(f"-c {name}={_escaped(it)}" for name, it in settings.items()))
    options = " ".join(filter(None, words)) or None
    return connect(login.changed(conn.way, options=options))


def _escaped(value: str) -> str:
    """The value as one word of `options` (libpq-connect.html)."""
    return "".join(f"\\{sign}" if sign in " \\" else sign for sign in value)


def with_role(url: str, conn: Connection) -> str:
    """The connection string `url` for sessions that take the role of `conn` as they begin.

    A program of PostgreSQL takes it from there too (sql-set-role.html, RESET ROLE).
    """
    if conn.role is None:
        return url
    options = " ".join(filter(None, (conn.info.options, f"-c role={_escaped(conn.role)}")))
    return login.changed(url, options=options)


def describe(conn: Connection) -> str:
    """`user@host:port/database` of an open session."""
    info = conn.info
    return f"{info.user}@{info.host or 'localhost'}:{info.port}/{info.dbname}"


def with_database(url: str, database: str) -> str:
    """The connection string `url` with its database replaced."""
    address.read(url)
    return login.changed(url, dbname=database)


def without_pgoptions(url: str) -> str:
    """The connection string `url` for a server that PGOPTIONS are not about."""
    return url if "options" in address.read(url) else login.changed(url, options="")


def pg_environment(url: str) -> dict[str, str]:
    """The connection string as PG* variables, for client programs of PostgreSQL.

    On their command line it would show in the process list, password and all. A command that gives
    the password is asked for it here: for one connection.

    Raises:
        PasswordCommandMissing, PasswordCommandFailed: as `login.password`.
    """
    known = {option.keyword.decode(): option for option in psycopg.pq.Conninfo.get_defaults()}
    found: dict[str, str] = {}
    for keyword, value in (address.read(url) | address.pinned(url)).items():
        option = known.get(keyword)
        if option is not None and option.envvar:
            found[option.envvar.decode()] = value
    if isinstance(url, login.Login):
        found["PGPASSWORD"] = login.password(url)
    return found


def _failure(target: str, message: str) -> ConnectionFailed | ConnectionMisconfigured:
    """What libpq or the server said, with what to do about it."""
    reason = " ".join(message.split())
    if "://" in reason:  # PGDATABASE or a service may hold a URL, password and all
        reason = "the address or a name in it is wrong (the message holds a URL, so it is hidden)"
    if do := advice.on_settings(reason):
        return ConnectionMisconfigured(target=target, reason=reason, do=do)
    return ConnectionFailed(target=target, reason=reason, do=advice.on_failure(reason))
