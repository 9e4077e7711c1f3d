"""What scripts lead to, run one after the other as a deploying role would run them."""

import secrets
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from typing import LiteralString

from pgmig.db import connect
from pgmig.db.execute import fetch
from pgmig.scripts import Script
from pgmig.shadow.database import ShadowServer
from pgmig.shadow.layers import of_script
from pgmig.shadow.recorded import of_deployed
from pgmig.shadow.replay import Replay

_ROLES: LiteralString = "SELECT rolname::text FROM pg_catalog.pg_roles"

DEPLOYER = "pgmig_deployer"
"""The role that runs scripts where what they make must not name who ran them."""


@contextmanager
def deployer(server: ShadowServer) -> Generator[str]:
    """A role that nobody's script names; the server's own where no role can be made.

    On a server that is not ours it has a name of this run's own, as it goes with it.
    """
    name = DEPLOYER if server.is_ours else f"{DEPLOYER}_{secrets.token_hex(4)}"
    with server.superusers([name]), closing(connect(server.url)) as admin:
        query = "SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %s AND rolsuper)"
        ((is_there,),) = fetch(admin, query, (name,))
        yield name if is_there else admin.info.user


def replay(
    server: ShadowServer,
    scripts: Sequence[Script],
    *,
    role: str = "",
    is_kept: bool = True,
    on_layer: Callable[[str], None] = lambda _: None,
) -> Replay:
    """A database that these scripts make of a new one.

    Args:
        server: where it is made; every role that the scripts name exists there.
        scripts: in the order in which they run.
        role: that runs them; "" for the server's own.
        is_kept: false runs them all, whatever is kept of earlier replays.
        on_layer: told the label of each that runs.
    """
    layers = [of_deployed(each, role) if role else of_script(each) for each in scripts]
    return Replay(server, layers, is_kept=is_kept and server.is_ours, on_layer=on_layer)


def roles_of(server: ShadowServer) -> frozenset[str]:
    """The roles of the server."""
    with closing(connect(server.url)) as admin:
        return frozenset(str(name) for (name,) in fetch(admin, _ROLES))
