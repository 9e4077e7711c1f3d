"""Stand-in: a role of the shadow server with the rights that the deploying role has on the target.

Scripts run there as this role, so that a right that is missing is found before anything runs. It is
a member of the deploying role's own name, which owns in the shadow what that role owns, and of all
that role is a member of; it is no superuser, whatever has become of that name in the shadow.
"""

import logging
import os
import secrets
from collections.abc import Generator
from contextlib import closing, contextmanager

from pgmig.commands.plan.live import Deployer
from pgmig.commands.plan.trying import Acting
from pgmig.db import Connection, connect
from pgmig.db.connect import beside
from pgmig.db.execute import fetch, run
from pgmig.db.standing import with_user
from pgmig.ddl import ident_text, literal_text
from pgmig.errors import ConnectionFailed, ServerRefused
from pgmig.shadow.database import ShadowServer, is_alive

logger = logging.getLogger(__name__)

_PREFIX = "pgmig_shadow_"
_NAMES_OF_MEMBERSHIPS = 160000  # GRANT .. WITH INHERIT, since 16


@contextmanager
def stand_in(server: ShadowServer, deployer: Deployer) -> Generator[tuple[str, str] | None]:
    """Name and password of the role; None where the shadow server cannot have one.

    Every role that the deploying one is a member of exists on the shadow server.
    """
    with closing(connect(server.url)) as admin:
        ((may_all,),) = fetch(admin, "SELECT pg_catalog.current_setting('is_superuser') = 'on'")
        if not may_all:
            yield None
            return
        if server.is_ours:
            _drop_leftovers(admin)
        name = f"{_PREFIX}{os.getpid()}_{secrets.token_hex(4)}"
        password = secrets.token_hex(16)
        attributes = " ".join(("LOGIN", *deployer.attributes))
        run(
            admin,
            f"CREATE ROLE {ident_text(name)} {attributes} PASSWORD {literal_text(password)}",
        )
    try:
        with closing(connect(server.url)) as admin:
            _join(admin, name, deployer)
        yield name, password
    finally:
        _drop(server, name)


def acting(shadow: str, login: tuple[str, str] | None, deployer: Deployer) -> Acting | None:
    """The stand-in in a shadow database, with its search_path.

    None where the shadow server does not let it in.
    """
    with closing(connect(shadow)) as admin:
        if login is None:
            return Acting(_with_path(admin, deployer))
        _give(admin, deployer)
    try:
        with closing(connect(with_user(shadow, *login))) as own:
            return Acting(_with_path(own, deployer), login[0])
    except ConnectionFailed as error:
        logger.debug("no stand-in: %s", error.what)
        return None


def _give(admin: Connection, deployer: Deployer) -> None:
    """Give the database to whom it belongs on the target, and who may make schemas that right."""
    database = ident_text(admin.info.dbname)
    if deployer.owner in {deployer.name, *deployer.member_of}:
        run(admin, f"ALTER DATABASE {database} OWNER TO {ident_text(deployer.owner)}")
    for role in deployer.creators:
        run(admin, f"GRANT CREATE ON DATABASE {database} TO {ident_text(role)}")


def _with_path(conn: Connection, deployer: Deployer) -> str:
    with closing(beside(conn, search_path=deployer.search_path)) as other:
        return other.way


def _join(admin: Connection, name: str, deployer: Deployer) -> None:
    """Make it a member of all that the deploying role is, with or without their rights at once.

    Before 16 that is an attribute of whoever is the member: a role in between then keeps rights
    back, and SET ROLE reaches through it (manual, role-membership.html).
    """
    has_options = admin.info.server_version >= _NAMES_OF_MEMBERSHIPS
    if not has_options:
        between = ident_text(_between(name))
        run(admin, f"CREATE ROLE {between} NOINHERIT;GRANT {between} TO {ident_text(name)}")
    for role in (deployer.name, *deployer.member_of):
        inherits = role == deployer.name or role in deployer.inherits
        options = ["ADMIN OPTION"] if role in deployer.administers else []
        if has_options:
            options = [each.replace("OPTION", "TRUE") for each in options]
            options.append(f"INHERIT {'TRUE' if inherits else 'FALSE'}")
        told = f" WITH {', '.join(options)}" if options else ""
        member = name if inherits or has_options else _between(name)
        try:
            run(admin, f"GRANT {ident_text(role)} TO {ident_text(member)}{told}")
        except ServerRefused as error:  # a role that only other majors have
            logger.debug("the stand-in is no member of %s: %s", role, error.what)


def _drop_leftovers(admin: Connection) -> None:
    """Drop stand-ins whose process was killed before it could; their databases are gone by now."""
    rows = fetch(
        admin,
        "SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname LIKE 'pgmig\\_shadow\\_%'",
    )
    for (name,) in rows:
        owner = str(name).removeprefix(_PREFIX).partition("_")[0]
        if owner.isdigit() and not is_alive(int(owner)):
            try:
                run(admin, f"DROP ROLE {ident_text(str(name))}")
            except ServerRefused as error:
                logger.debug("leftover %s stays: %s", name, error.what)


def _between(name: str) -> str:
    return f"{name}_b"


def _drop(server: ShadowServer, name: str) -> None:
    with closing(connect(server.url)) as admin:
        own = ident_text(name)
        has_between = admin.info.server_version < _NAMES_OF_MEMBERSHIPS
        others = f"DROP ROLE {ident_text(_between(name))};" if has_between else ""
        try:
            run(admin, f"DROP OWNED BY {own};{others}DROP ROLE {own}")
        except ServerRefused as error:  # a script has made roles, which are the cluster's
            logger.debug("the stand-in stays: %s", error.what)
