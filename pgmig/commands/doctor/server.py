"""The server of the target: what it is, the way to it, and what would cut a long script short."""

import time
from collections.abc import Iterator
from typing import Final, LiteralString, NamedTuple

from pgmig.commands.doctor.finding import Finding
from pgmig.db import Connection, describe
from pgmig.db.execute import fetch
from pgmig.db.transport import transport

NEWEST: Final = 18
"""The newest major that pgmig's tests run on."""

_SLOW = 2.0  # seconds until a session was there
_FAR = 0.25  # seconds for a question and its answer
_APART = 5.0  # seconds between two clocks
_ROOM = 3  # sessions of one run: what runs scripts, what watches them, what keeps the lease

_NOW: LiteralString = "SELECT extract(epoch FROM pg_catalog.clock_timestamp())::float8"

_WRITES: LiteralString = """
SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only') = 'on'
"""

_TIMEOUTS: LiteralString = """
SELECT name, reset_val,
       CASE WHEN source = 'session' THEN '' ELSE ', from ' || source END
  FROM pg_catalog.pg_settings
 WHERE name IN ('statement_timeout', 'transaction_timeout', 'idle_session_timeout',
                'idle_in_transaction_session_timeout')
   AND reset_val <> '0'
 ORDER BY name
"""

_LIMITS: LiteralString = """
WITH here AS (
    SELECT count(*) AS every,
           count(*) FILTER (WHERE datname = current_database()) AS of_database,
           count(*) FILTER (WHERE usename = session_user) AS of_role
      FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend')
SELECT r.rolsuper, here.every, here.of_database, here.of_role,
       current_setting('max_connections')::int
         - CASE WHEN r.rolsuper THEN 0
                ELSE current_setting('superuser_reserved_connections')::int
                     + coalesce(current_setting('reserved_connections', true), '0')::int END,
       d.datconnlimit, r.rolconnlimit
  FROM here, pg_catalog.pg_roles r, pg_catalog.pg_database d
 WHERE r.rolname = session_user AND d.datname = current_database()
"""


class Answer(NamedTuple):
    """A session, and how many seconds it took to have it."""

    conn: Connection
    seconds: float


def version(found: Answer) -> Iterator[Finding]:
    """Which server answers, how quickly, and whether pgmig knows it."""
    conn = found.conn
    name = conn.info.parameter_status("server_version") or ""
    yield Finding(
        "server", "ok", f"PostgreSQL {name} at {describe(conn)}, there in {found.seconds:.2f} s"
    )
    if found.seconds > _SLOW:
        yield Finding(
            "server",
            "careful",
            f"it took {found.seconds:.1f} s to answer: asleep, far away, or busy",
            "give `--wait 60s`, or `wait` in the settings, where it may be asleep",
        )
    if conn.info.server_version // 10000 > NEWEST:
        do = f"try your scripts with `pgmig verify` on it first; {NEWEST} is the newest known"
        yield Finding("server", "careful", f"PostgreSQL {name} is newer than this pgmig", do)


def encryption(found: Answer) -> Iterator[Finding]:
    """Whether others can read along, or pretend to be the server."""
    way = transport(found.conn)
    place = ", on this machine" if way.is_local else ""
    if not way.is_encrypted and way.is_local:
        yield Finding("encryption", "ok", "none, and the server is on this machine")
    elif not way.is_encrypted:
        yield Finding(
            "encryption",
            "careful",
            f"the connection is plain text (sslmode={way.sslmode})",
            "connect with sslmode=verify-full",
        )
    elif way.sslmode.startswith("verify-") or way.is_local:
        yield Finding("encryption", "ok", f"TLS, sslmode={way.sslmode}{place}")
    else:
        yield Finding(
            "encryption",
            "careful",
            f"TLS, but anybody may pretend to be the server (sslmode={way.sslmode})",
            "connect with sslmode=verify-full, and sslrootcert where the provider has its own CA",
        )


def pooler(found: Answer) -> Iterator[Finding]:
    """What stands in between."""
    if not found.conn.is_pooled:
        yield Finding("pooler", "ok", "none that changes the server's session between transactions")
        return
    yield Finding(
        "pooler",
        "careful",
        "a pooler gives each transaction another session: runners exclude each other by a lease in"
        " the database, --role must fit into a transaction, and scripts may keep nothing in their"
        " session",
        "connect to the server itself where you can",
    )


def writes(found: Answer) -> Iterator[Finding]:
    """Whether the server takes any."""
    ((is_standby, is_read_only),) = fetch(found.conn, _WRITES)
    if is_standby:
        do = "connect to the primary (target_session_attrs=read-write finds it)"
        yield Finding("writes", "wrong", "the server is a hot standby", do)
    elif is_read_only:
        do = "unset default_transaction_read_only for this role or database"
        yield Finding("writes", "wrong", "transactions are read-only here", do)
    else:
        yield Finding("writes", "ok", "the server takes writes")


def timeouts(found: Answer) -> Iterator[Finding]:
    """What the server's settings do to a script that takes long."""
    rows = fetch(found.conn, _TIMEOUTS)
    for name, setting, source in rows:
        is_idle = str(name).startswith("idle")
        what = "a session that waits" if is_idle else "a script that takes longer"
        yield Finding(
            "timeouts",
            "careful",
            f"{name} is {setting} ms{source}: it ends {what}",
            f"ALTER ROLE ... SET {name} = 0 for the role that deploys, or SET it in the script",
        )
    if not rows:
        yield Finding("timeouts", "ok", "none ends a long script")


def clock(found: Answer) -> Iterator[Finding]:
    """How far apart the clocks are, here and there."""
    before, start = time.time(), time.monotonic()
    ((there,),) = fetch(found.conn, _NOW)
    took = time.monotonic() - start
    apart = float(there) - (before + took / 2)
    if abs(apart) > _APART + took / 2:
        word = "ahead of" if apart > 0 else "behind"
        yield Finding(
            "clock",
            "careful",
            f"the server's clock is {abs(apart):.0f} s {word} the one here",
            "set both by NTP: tokens that expire, and times in reports, go by one of them",
        )
    else:
        yield Finding("clock", "ok", f"{abs(apart):.1f} s apart at most, as far as can be told")
    if took > _FAR:
        yield Finding(
            "server",
            "careful",
            f"a question and its answer take {took * 1000:.0f} ms",
            "deploy from nearer by: each statement of a script takes that much more",
        )


def connections(found: Answer) -> Iterator[Finding]:
    """Whether there is room for the sessions of a run."""
    if found.conn.is_pooled:
        yield Finding("connections", "ok", "the pooler's limits count, which it does not tell")
        return
    ((is_super, every, of_database, of_role, limit, database_limit, role_limit),) = fetch(
        found.conn, _LIMITS
    )
    room = {"the server": limit - every}
    if not is_super and database_limit >= 0:
        room["the database"] = database_limit - of_database
    if not is_super and role_limit >= 0:
        room["the role"] = role_limit - of_role
    place, free = min(room.items(), key=lambda item: item[1])
    free += 1  # this one ends before a run begins
    if free < _ROOM:
        yield Finding(
            "connections",
            "careful",
            f"{place} has room for {max(free, 0)} more, and a run may take {_ROOM}",
            "let other clients go, or raise the limit",
        )
    else:
        yield Finding("connections", "ok", f"{place} has room for {free} more")
