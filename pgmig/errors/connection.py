"""Sessions on a server, and what a role may do there."""

from pathlib import Path

from pgmig.errors.base import PgmigError, Refused, UsageError


class ConnectionFailed(PgmigError):
    """No session on the server could be had.

    Attributes:
        target: user, host, port and database, without the password.
        reason: what libpq or the server said.
    """

    def __init__(self, *, target: str, reason: str, do: str) -> None:
        super().__init__(f"cannot connect: {reason}", where=target, do=do)
        self.target = target
        self.reason = reason


class RoleRefused(Refused):
    """The role to deploy as cannot be taken.

    Attributes:
        target: user, host, port and database, without the password.
        role: the one that was asked for.
        reason: what the server said.
    """

    def __init__(self, *, target: str, role: str, reason: str) -> None:
        super().__init__(
            f'cannot take the role "{role}": {reason}',
            where=target,
            do="name a role that is there and that the login role is a member of:"
            " GRANT the role TO the login role",
        )
        self.target = target
        self.role = role
        self.reason = reason


class BadConnectionString(UsageError):
    """The connection string is not one that libpq can read; it is not repeated here."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(
            f"the connection string cannot be read: {reason}",
            do="write it as postgresql://USER@HOST:PORT/DATABASE or as key=value pairs",
        )


class UnclearConnectionString(UsageError):
    """A part of the connection string may be a piece of the password; nothing is repeated."""

    def __init__(self) -> None:
        super().__init__(
            "the connection string cannot be read: its parts cannot be told from the password",
            do="percent-encode the password, and whatever else holds one of these:"
            " @ is %40, / is %2F, : is %3A, ? is %3F, # is %23, % is %25, a blank is %20",
        )


class ForeignConnectionString(UsageError):
    """The connection string is not PostgreSQL's; it is not repeated here."""

    def __init__(self, *, is_url: bool) -> None:
        super().__init__(
            "the connection string cannot be read: "
            + (
                "it starts with neither postgresql:// nor postgres://"
                if is_url
                else "it is neither a URL nor key=value pairs"
            ),
            do="write it as postgresql://USER@HOST:PORT/DATABASE or as key=value pairs",
        )
        self.is_url = is_url


class ConnectionMisconfigured(UsageError):
    """libpq found a setting of the connection that cannot be.

    Attributes:
        target: user, host, port and database, without the password.
        reason: what libpq said.
    """

    def __init__(self, *, target: str, reason: str, do: str) -> None:
        super().__init__(f"cannot connect: {reason}", where=target, do=do)
        self.target = target
        self.reason = reason


class ServerTooOld(PgmigError):
    """The server's major version is below the oldest that pgmig knows."""

    def __init__(self, *, target: str, version: str) -> None:
        super().__init__(
            f"PostgreSQL {version} is too old: pgmig needs 14 or newer",
            where=target,
            do="upgrade the server, or point pgmig at another one",
        )
        self.version = version


class ReadFailed(PgmigError):
    """The server refused a catalog query, or the session broke while reading."""

    def __init__(self, *, target: str, reason: str, sqlstate: str) -> None:
        code = f" (SQLSTATE {sqlstate})" if sqlstate else ""
        super().__init__(
            f"the catalog cannot be read: {reason}{code}",
            where=target,
            do="run the command again; if it stays, run it with -vv and look at the last query",
        )
        self.sqlstate = sqlstate


class ServerRefused(PgmigError):
    """The server answered a query of pgmig's own with an error."""

    def __init__(self, *, message: str, sqlstate: str, detail: str = "", hint: str = "") -> None:
        super().__init__(
            f"the server refused: {message} (SQLSTATE {sqlstate})",
            notes=(("detail", detail),),
            do=hint or "read the server's message",
        )
        self.message = message
        self.sqlstate = sqlstate


class TargetReadOnly(Refused):
    """The target takes no writes."""

    def __init__(self, *, target: str, is_standby: bool) -> None:
        super().__init__(
            "the server is a hot standby" if is_standby else "transactions are read-only here",
            where=target,
            do="connect to the primary (target_session_attrs=read-write finds it)"
            if is_standby
            else "unset default_transaction_read_only for this role or database",
        )
        self.is_standby = is_standby


class RightsMissing(Refused):
    """The role may not read, or not write, where pgmig keeps its history."""

    def __init__(self, *, target: str, role: str, may_not: str, do: str) -> None:
        super().__init__(f"role {role} may not {may_not} pgmig's history", where=target, do=do)
        self.role = role


class RolesMissing(Refused):
    """A script names roles that the server does not have."""

    def __init__(self, *, roles: tuple[str, ...], paths: tuple[Path, ...]) -> None:
        super().__init__(
            f"roles missing on this server: {', '.join(roles)}",
            where=", ".join(map(str, paths)),
            do="create them first; nothing has run",
        )
        self.roles = roles
        self.paths = paths
