"""Layers of scripts that run as a role: the one that applied them, or that would.

Whoever runs a script owns what it makes, and what that role's default privileges bestow comes with
it. A name without a schema means what the role's search_path says.
"""

import logging
from collections.abc import Generator
from contextlib import closing, contextmanager
from hashlib import sha256

from pgmig.db import Connection
from pgmig.db.connect import beside
from pgmig.db.execute import fetch, run
from pgmig.ddl import ident_text
from pgmig.engine import run_script
from pgmig.errors import HistoryNotReplayed, ServerRefused, StatementFailed
from pgmig.scripts import Script
from pgmig.scripts.names import Direction
from pgmig.shadow import layers
from pgmig.shadow.replay import Layer

logger = logging.getLogger(__name__)

_NOT_THERE = frozenset({"42704", "0A000", "58P01"})  # a role, or the files of an extension
_INSUFFICIENT_PRIVILEGE = "42501"


def of_deployed(script: Script, role: str, *, search_path: str | None = None) -> Layer:
    """The way up of a script, run by a role.

    Its `run` raises StatementFailed.

    Args:
        script: the pair.
        role: that runs it; "" for the shadow's own.
        search_path: the role's own in the database; None when it has none.
    """
    plain = layers.of_script(script)

    def run_here(conn: Connection) -> None:
        if not role or (role == conn.info.user and search_path is None):
            plain.run(conn)
            return
        settings = {} if search_path is None else {"search_path": search_path}
        with closing(beside(conn, **settings)) as own, _acting(own, conn, role):
            try:
                plain.run(own)
            except StatementFailed as error:
                error.notes = (*error.notes, ("as", role))
                if error.sqlstate == _INSUFFICIENT_PRIVILEGE:
                    error.do = f"{_more_rights(role)}; or correct {error.path.name}"
                raise

    words = [plain.checksum, *(each for each in (role, search_path) if each)]
    digest = sha256("\0".join(words).encode()).hexdigest() if len(words) > 1 else plain.checksum
    return Layer(plain.label, digest, run_here)


def run_as(conn: Connection, script: Script, direction: Direction, role: str) -> None:
    """Run one half of a script in a shadow database as a role.

    Raises:
        PgmigError: as `engine.run_script` says.
    """
    with closing(beside(conn)) as own, _acting(own, conn, role):
        run_script(own, script, direction)


def of_recorded(script: Script, role: str, *, search_path: str | None = None) -> Layer:
    """The way up of an applied script.

    Its `run` raises HistoryNotReplayed.

    Args:
        script: as history keeps it.
        role: that applied it; "" for a baseline, which nobody ran.
        search_path: the role's own in its database; None when it has none.
    """
    deployed = of_deployed(script, role, search_path=search_path)

    def run_here(conn: Connection) -> None:
        try:
            deployed.run(conn)
        except StatementFailed as error:
            do = _advice(error, role)
            raise HistoryNotReplayed(label=script.label, role=role, error=error, do=do) from error

    return Layer(deployed.label, deployed.checksum, run_here)


@contextmanager
def _acting(own: Connection, conn: Connection, role: str) -> Generator[None]:
    """The session `own` is the role's, which owns the database unless it may do everything."""
    if role == conn.info.user:
        yield
        return
    ((may_all, is_super),) = fetch(
        conn,
        "SELECT pg_catalog.current_setting('is_superuser') = 'on',"
        " (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = %s)",
        (role,),
    )
    database = ident_text(conn.info.dbname)
    try:
        if not is_super:
            run(conn, f"ALTER DATABASE {database} OWNER TO {ident_text(role)}")
        become = "SET SESSION AUTHORIZATION" if may_all else "SET ROLE"
        run(own, f"{become} {ident_text(role)}")
    except ServerRefused as error:
        logger.warning(
            "the shadow runs scripts as %s instead of %s: owners may differ (%s)",
            conn.info.user,
            role,
            error.what,
        )
    try:
        yield
    finally:
        if not is_super:
            run(conn, f"ALTER DATABASE {database} OWNER TO {ident_text(conn.info.user)}")


def _advice(error: StatementFailed, role: str) -> str:
    """What to do about a script that ran once and does not run here."""
    otherwise = "compare the stored fingerprints with `pgmig drift --fingerprints`"
    if error.sqlstate in _NOT_THERE:
        return f"make on the shadow server what it lacks (`pgmig server url`), or {otherwise}"
    if error.sqlstate == _INSUFFICIENT_PRIVILEGE:
        return f"{_more_rights(role)}; or {otherwise}"
    return otherwise


def _more_rights(role: str) -> str:
    return f"use the local server, or make {role} a superuser of the shadow's"
