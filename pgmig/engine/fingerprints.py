"""Fingerprints of a database's objects, stored beside its history.

They say what the database was when they were stored, and after which row of the history that was.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import LiteralString

import msgspec

from pgmig import __version__, catalog, db
from pgmig.catalog.scope import Scope
from pgmig.db import Connection
from pgmig.db.execute import compose, fetch, local_role, run, send
from pgmig.engine.history import look
from pgmig.engine.lock import runner_lock
from pgmig.engine.options import Listener
from pgmig.engine.schema import FINGERPRINT_TABLES, TAKE_RIGHTS, require_writable, settle
from pgmig.errors import HistoryMoved, ServerRefused
from pgmig.model import ObjectKey, Snapshot
from pgmig.snapshot.fingerprint import each


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A set of fingerprints.

    Attributes:
        history_id: number of the last history row when they were stored.
        major: of the server at that time.
        scope: the words of the scope that the database was read with.
        stored_at: when.
        objects: fingerprint of each object.
    """

    history_id: int
    major: int
    scope: tuple[str, ...]
    stored_at: datetime
    objects: Mapping[ObjectKey, str]


_IS_THERE: LiteralString = "SELECT pg_catalog.to_regclass('pgmig.fingerprinted') IS NOT NULL"

_SET: LiteralString = "SELECT history_id, major, scope, stored_at FROM pgmig.fingerprinted"

_OBJECTS: LiteralString = "SELECT kind, schema, name, parent, fingerprint FROM pgmig.fingerprints"

_CLEAR: LiteralString = "DELETE FROM pgmig.fingerprints; DELETE FROM pgmig.fingerprinted;"

_INSERT_SET: LiteralString = """
INSERT INTO pgmig.fingerprinted (history_id, major, scope, tool_version)
VALUES ({history_id}, {major}, {scope}::text[], {tool_version});
"""

_INSERT_OBJECTS: LiteralString = """
INSERT INTO pgmig.fingerprints (kind, schema, name, parent, fingerprint)
SELECT * FROM ROWS FROM (pg_catalog.unnest({kinds}::text[]), pg_catalog.unnest({schemas}::text[]),
    pg_catalog.unnest({names}::text[]), pg_catalog.unnest({parents}::text[]),
    pg_catalog.unnest({fingerprints}::text[]));
"""


def stored(conn: Connection) -> Stored | None:
    """The fingerprints that the database holds; its schema `pgmig` must be there."""
    if not _is_there(conn):
        return None
    for history_id, major, scope, stored_at in fetch(conn, _SET):
        rows = fetch(conn, _OBJECTS)
        return Stored(
            history_id=history_id,
            major=major,
            scope=tuple(scope),
            stored_at=stored_at,
            objects={ObjectKey(*map(str, key)): str(value) for *key, value in rows},
        )
    return None


def store(
    conn: Connection, snapshot: Snapshot, *, history_id: int, runner_timeout: int = 60_000
) -> None:
    """Store the fingerprints of a database that was read when its history stood at `history_id`.

    Raises:
        HistoryMoved: the history has gone on since.
        RightsMissing, TargetReadOnly: this session cannot write in the schema `pgmig`.
        RunnerBusy: another runner holds the lock.
    """
    with runner_lock(conn, runner_timeout, Listener()):
        home, state = look(conn)
        if state.last_id != history_id or state.part_way is not None:
            raise HistoryMoved(target=db.describe(conn))
        require_writable(conn, home)
        _write(conn, snapshot, history_id)


def store_now(conn: Connection, scope: Scope) -> None:
    """Read the database and store its fingerprints; the session holds the runner lock.

    Raises:
        PgmigError: as `catalog.read` and `store` say.
    """
    snapshot = catalog.read(conn, scope=scope)
    home, state = look(conn)
    if state.part_way is None:
        require_writable(conn, home)
        _write(conn, snapshot, state.last_id)


def _is_there(conn: Connection) -> bool:
    ((is_there,),) = fetch(conn, _IS_THERE)
    return bool(is_there)


def _write(conn: Connection, snapshot: Snapshot, history_id: int) -> None:
    settle(conn)
    create = "" if _is_there(conn) else FINGERPRINT_TABLES + TAKE_RIGHTS
    chosen = compose(
        conn,
        _INSERT_SET,
        history_id=history_id,
        major=snapshot.major,
        scope=list(snapshot.ignored.patterns),
        tool_version=__version__,
    )
    rows = _insert(conn, each(snapshot))
    try:
        run(conn, f"BEGIN;{local_role(conn)}{create}{_CLEAR}{chosen}{rows}COMMIT")
    except (ServerRefused, KeyboardInterrupt):
        send(conn, "ROLLBACK")
        raise


def _insert(conn: Connection, objects: Iterable[tuple[ObjectKey, str]]) -> str:
    found = list(objects)
    keys = [key for key, _ in found]
    return compose(
        conn,
        _INSERT_OBJECTS,
        kinds=[key.kind for key in keys],
        schemas=[key.schema for key in keys],
        names=[key.name for key in keys],
        parents=[key.parent for key in keys],
        fingerprints=[value for _, value in found],
    )
