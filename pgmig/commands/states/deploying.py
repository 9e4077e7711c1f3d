"""Deploying: as which role each script runs in a shadow database, as a live database tells.

Whoever runs a script owns what it makes without OWNER TO. So migrations that are compared with a
database run as they ran there, and what has not run there as the role that would run it.
"""

import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import LiteralString

from pgmig.commands.states.resolved import Bench
from pgmig.commands.states.sources import Database, Recipe, Source
from pgmig.db import Connection, connect
from pgmig.db.execute import fetch
from pgmig.engine import State, look
from pgmig.engine.rules import seen
from pgmig.engine.schema import Home
from pgmig.errors import HistoryForeign, HistoryTooNew, OriginalsMissing, RightsMissing
from pgmig.scripts import Directory, Script
from pgmig.shadow.recorded import of_deployed

logger = logging.getLogger(__name__)

# Of the role in this database, of the role, of the database (manual, ALTER ROLE).
_SEARCH_PATH: LiteralString = """
SELECT pg_catalog.substr(c, 13)
FROM pg_catalog.pg_db_role_setting s
    LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
    LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase,
    LATERAL pg_catalog.unnest(s.setconfig) c
WHERE c LIKE 'search\\_path=%%'
    AND (s.setrole = 0 OR r.rolname = %s)
    AND (s.setdatabase = 0 OR d.datname = pg_catalog.current_database())
ORDER BY s.setrole <> 0 DESC, s.setdatabase <> 0 DESC
LIMIT 1
"""

# The first to deploy has made the schema.
_ROLES: LiteralString = """
SELECT CURRENT_USER::text, pg_catalog.pg_get_userbyid(nspowner)::text
FROM pg_catalog.pg_namespace WHERE nspname = 'pgmig'
"""


@dataclass(frozen=True, slots=True)
class _Deployment:
    """Who has run what in a database, and who would run the rest.

    Attributes:
        role: that would deploy; "" when nobody knows.
        applied: the role of each applied script by its label; "" for a baseline.
        baseline: scripts up to this version that nobody ran there are as the baseline.
        state: what is applied there.
    """

    role: str
    applied: Mapping[str, str]
    baseline: int = 0
    state: State | None = None

    def role_of(self, script: Script) -> str:
        otherwise = "" if script.version <= self.baseline else self.role
        return self.applied.get(script.label, otherwise)


def as_deployed(old: Source, new: Source, bench: Bench) -> tuple[Source, Source]:
    """The sources; of a database and migrations, these as roles have run or would run them there.

    Raises:
        ServerRefused, ConnectionFailed: the database.
    """
    match old, new:
        case Database(), Recipe() if new.scripts:
            return old, _run_by(new, old.conn, bench)
        case Recipe(), Database() if old.scripts:
            return _run_by(old, new.conn, bench), new
        case _:
            return old, new


def search_path_of(conn: Connection, role: str) -> str | None:
    """What this database and its server set for sessions of the role; None without a setting."""
    return next((str(path) for (path,) in fetch(conn, _SEARCH_PATH, (role,))), None)


def _run_by(recipe: Recipe, conn: Connection, bench: Bench) -> Recipe:
    deployment = _deployment(conn)
    wanted = _ran(recipe.scripts, deployment.state)
    runs = [(each, deployment.role_of(each)) for each in wanted]
    paths = {role: search_path_of(conn, role) for _, role in runs if role}
    with closing(connect(bench.server.url)) as admin:
        own = admin.info.user
    if paths.get(own, "") is None:  # then templates serve where no database takes part, too
        del paths[own]
        runs = [(each, "" if role == own else role) for each, role in runs]
    steps = (of_deployed(each, role, search_path=paths.get(role)) for each, role in runs)
    return replace(recipe, layers=tuple(steps), runners=tuple(sorted(paths)))


def _ran(scripts: Sequence[Script], state: State | None) -> Sequence[Script]:
    """The scripts; in place of a checkpoint those that it stands for, where some of them ran."""
    if state is None:
        return scripts
    try:
        return seen(Directory(scripts[0].up.path.parent, tuple(scripts), ()), state).scripts
    except OriginalsMissing:  # as in a commit, of which one folder is read
        return scripts


def _deployment(conn: Connection) -> _Deployment:
    try:
        home, state = look(conn)
    except (HistoryForeign, HistoryTooNew, RightsMissing) as error:
        ((role, owner),) = fetch(conn, _ROLES)
        if isinstance(error, HistoryForeign):
            return _Deployment(str(role), {})
        logger.warning("%s: the shadow runs every script as %s", error.what, owner)
        return _Deployment(str(owner), {})
    applied = {
        each.label: "" if each.kind == "baseline" else each.role for each in state.applied.values()
    }
    return _Deployment(_deployer(home, state), applied, state.baseline, state)


def _deployer(home: Home, state: State) -> str:
    """The role of the session, if it can; else the one that did last."""
    if home.can_write:
        return home.role
    ran: Sequence[tuple[int, str]] = [
        (each.id, each.role) for each in state.applied.values() if each.kind != "baseline"
    ]
    return max(ran)[1] if ran else ""
