"""What the target says of itself: which database it is, its tables, who is at work there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from pgmig.commands.plan.asking import Asker
from pgmig.commands.plan.values import Identity, Session, TableFacts
from pgmig.db import Connection, describe
from pgmig.db.execute import compose
from pgmig.ddl import ident_text, literal_text, qualified

OPEN_SECONDS = 5
"""From when a transaction counts as one that has been open for a while."""

LONG_ENOUGH = 1.0
"""Seconds to count for; sessions tell what they have written once a second at most."""

_IDENTITY: LiteralString = """
SELECT d.oid, d.datname::text, CURRENT_USER::text FROM pg_catalog.pg_database d
WHERE d.datname = pg_catalog.current_database()
"""
_SYSTEM: LiteralString = "SELECT system_identifier::text FROM pg_catalog.pg_control_system()"

_ROLE: LiteralString = """
SELECT r.rolname::text, r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolreplication,
    r.rolbypassrls, pg_catalog.pg_get_userbyid(d.datdba)::text,
    ARRAY(SELECT m.rolname::text FROM pg_catalog.pg_roles m
        WHERE m.rolname !~ '^pg_' AND pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER')
            AND pg_catalog.has_database_privilege(m.oid, d.oid, 'CREATE') ORDER BY 1),
    ARRAY(SELECT m.rolname::text FROM pg_catalog.pg_roles m
        WHERE m.oid <> r.oid AND m.rolname <> 'pg_database_owner'
            AND pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER') ORDER BY 1),
    ARRAY(SELECT m.rolname::text FROM pg_catalog.pg_roles m
        WHERE m.oid <> r.oid AND m.rolname <> 'pg_database_owner'
            AND pg_catalog.pg_has_role(r.oid, m.oid, 'USAGE') ORDER BY 1),
    ARRAY(SELECT m.rolname::text FROM pg_catalog.pg_roles m
        WHERE m.oid <> r.oid AND m.rolname <> 'pg_database_owner'
            AND pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER WITH ADMIN OPTION') ORDER BY 1),
    ARRAY(SELECT m.rolname::text FROM pg_catalog.pg_roles m WHERE m.rolname !~ '^pg_' ORDER BY 1)
FROM pg_catalog.pg_roles r, pg_catalog.pg_database d
WHERE r.rolname = CURRENT_USER AND d.datname = pg_catalog.current_database()
"""

# What the partitions of a partitioned table have counts as its own. A table that nobody has
# analysed has reltuples -1 (catalogs, pg_class).
_TABLES: LiteralString = """
SELECT w.name, t.bytes, t.index_bytes, t.rows, t.writes, t.oids,
    coalesce((SELECT spcname::text FROM pg_catalog.pg_tablespace WHERE oid = c.reltablespace), ''),
    (SELECT stats_reset FROM pg_catalog.pg_stat_database
        WHERE datname = pg_catalog.current_database()),
    pg_catalog.clock_timestamp()
FROM (VALUES {values}) w (name, schema, relation)
JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.relation
    AND c.relkind IN ('r', 'p', 'm'),
LATERAL (
    SELECT coalesce(sum({size}), 0)::bigint AS bytes,
        coalesce(sum({index_size}), 0)::bigint AS index_bytes,
        CASE WHEN bool_and(p.reltuples >= 0 OR p.live > 0) THEN sum(
            CASE WHEN p.reltuples >= 0 THEN p.reltuples ELSE p.live END)::bigint END AS rows,
        coalesce(sum(p.written), 0)::bigint AS writes, pg_catalog.array_agg(p.oid) AS oids
    FROM (
        SELECT p.oid, p.reltuples, p.relpages, pg_catalog.pg_stat_get_live_tuples(p.oid) AS live,
            pg_catalog.pg_stat_get_tuples_inserted(p.oid)
            + pg_catalog.pg_stat_get_tuples_updated(p.oid)
            + pg_catalog.pg_stat_get_tuples_deleted(p.oid) AS written
        FROM pg_catalog.pg_class p
        WHERE p.relkind IN ('r', 'm') AND (p.oid = c.oid OR c.relkind = 'p' AND p.oid IN (
            SELECT relid FROM pg_catalog.pg_partition_tree(c.oid)))
    ) p
) t ORDER BY 1
"""
_SIZE = ("pg_catalog.pg_table_size(p.oid)", "pg_catalog.pg_indexes_size(p.oid)")
# Without a lock: what the last VACUUM or ANALYZE has seen.
_ABOUT = ("p.relpages::bigint * pg_catalog.current_setting('block_size')::bigint", "0")

_WRITTEN: LiteralString = """
SELECT relid, n_tup_ins + n_tup_upd + n_tup_del,
    pg_catalog.clock_timestamp()
FROM pg_catalog.pg_stat_user_tables
"""

# Other autovacuum workers give way to whoever waits for their lock (routine-vacuuming.html).
_SESSIONS: LiteralString = """
SELECT a.pid, pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.xact_start),
    CASE a.backend_type WHEN 'client backend' THEN coalesce(a.application_name, '')
        ELSE 'autovacuum to prevent wraparound' END, coalesce(a.usename::text, ''), (
        SELECT coalesce(pg_catalog.array_agg(DISTINCT ARRAY[w.name, l.mode]), '{{}}'::text[])
        FROM pg_catalog.pg_locks l
        JOIN (VALUES {values}) w (name, schema, relation) ON true
        JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.relation
        WHERE l.pid = a.pid AND l.locktype = 'relation' AND l.relation = c.oid AND l.granted
            AND l.database = d.oid), a.backend_xmin IS NOT NULL
FROM pg_catalog.pg_stat_activity a
JOIN pg_catalog.pg_database d ON d.oid = a.datid
WHERE a.pid <> pg_catalog.pg_backend_pid() AND d.datname = pg_catalog.current_database()
    AND (a.backend_type = 'client backend'
        AND a.xact_start < pg_catalog.clock_timestamp() - {seconds} * interval '1 second'
        OR a.backend_type = 'autovacuum worker' AND pg_catalog.strpos(a.query, 'wraparound)') > 0)
UNION ALL
SELECT 0, pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - x.prepared), x.gid,
    x.owner::text, (
        SELECT coalesce(pg_catalog.array_agg(DISTINCT ARRAY[w.name, l.mode]), '{{}}'::text[])
        FROM pg_catalog.pg_locks l
        JOIN pg_catalog.pg_locks o ON o.virtualtransaction = l.virtualtransaction
            AND o.locktype = 'transactionid' AND o.transactionid = x.transaction
        JOIN (VALUES {values}) w (name, schema, relation) ON true
        JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.relation
        JOIN pg_catalog.pg_database d ON d.oid = l.database
        WHERE l.pid IS NULL AND o.pid IS NULL AND l.locktype = 'relation'
            AND l.relation = c.oid AND d.datname = x.database), false
FROM pg_catalog.pg_prepared_xacts x WHERE x.database = pg_catalog.current_database()
ORDER BY 2 DESC
"""
_MAY_SEE: LiteralString = """
SELECT pg_catalog.current_setting('is_superuser') = 'on'
    OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
"""
Name = tuple[str, str]
"""Schema and name, unquoted."""


@dataclass(frozen=True, slots=True)
class Deployer:
    """The deploying role, and what it may do.

    Attributes:
        name: of the role.
        is_super: it may do everything.
        attributes: as CREATE ROLE has them.
        owner: of the database.
        creators: those of its own and the roles that it is a member of that may make schemas.
        member_of: the roles that it is a member of, however far off.
        inherits: those of them whose rights it has without SET ROLE.
        administers: those that it may grant.
        roles: every role of the target's server but the server's own.
        search_path: of its sessions.
    """

    name: str
    is_super: bool
    attributes: tuple[str, ...]
    owner: str
    creators: tuple[str, ...]
    member_of: tuple[str, ...]
    inherits: tuple[str, ...]
    administers: tuple[str, ...]
    roles: tuple[str, ...]
    search_path: str


@dataclass(frozen=True, slots=True)
class Written:
    """Rows written so far, by table.

    Attributes:
        rows: how many, by OID of the table or partition.
        at: when they were counted; None when they could not be.
    """

    rows: dict[int, int]
    at: datetime | None


def read_identity(conn: Connection, asker: Asker) -> Identity:
    """Which database this is."""
    ((oid, database, role),) = asker.rows(_IDENTITY)
    system = asker.ask(_SYSTEM)
    return Identity(
        name=describe(conn),
        database=database,
        oid=oid,
        system="" if system.fault else str(system.rows[0][0]),
        server_version=conn.info.parameter_status("server_version") or "",
        major=conn.info.server_version // 10000,
        role=role,
    )


def read_deployer(asker: Asker, search_path: str) -> Deployer:
    """The role of the session; `search_path` is its own."""
    ((name, is_super, *attributes, owner, creators, member_of, inherits, administers, roles),) = (
        asker.rows(_ROLE)
    )
    words = ("CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS")
    return Deployer(
        name=name,
        is_super=is_super,
        attributes=tuple(word for word, it in zip(words, attributes, strict=True) if it),
        owner=owner,
        creators=tuple(creators),
        member_of=tuple(member_of),
        inherits=tuple(inherits),
        administers=tuple(administers),
        roles=tuple(roles),
        search_path=search_path.replace('"$user"', ident_text(name)),
    )


def read_tables(
    asker: Asker, names: Iterable[Name], before: Written, now: Written
) -> dict[str, TableFacts]:
    """The facts of those of these tables that are there; sizes are estimates if one is locked.

    Args:
        asker: whom to ask.
        names: of the tables.
        before: rows written until the plan began.
        now: rows written until now.
    """
    values = _values(names)
    found = None
    for size, index_size in (_SIZE, _ABOUT) if values else ():
        query = _TABLES.format(values=values, size=size, index_size=index_size)
        found = asker.ask(query)
        if found.fault is None:
            break
    tables = dict[str, TableFacts]()
    for name, size, index_size, count, writes, oids, space, since, at in (
        found.rows if found else ()
    ):
        rate = _rate(oids or (), before, now)
        seconds = (at - since).total_seconds() if rate is None and since is not None else 0.0
        tables[name] = TableFacts(
            name=name,
            bytes=size,
            index_bytes=index_size,
            rows=count,
            writes=writes / seconds if seconds > LONG_ENOUGH else rate,
            since=since if seconds > LONG_ENOUGH else None,
            tablespace=space,
        )
    return tables


def _rate(oids: Iterable[int], before: Written, now: Written) -> float | None:
    """Rows that were written a second while the plan was made; None when that was too short."""
    seconds = (now.at - before.at).total_seconds() if now.at and before.at else 0.0
    if seconds < LONG_ENOUGH:
        return None
    return sum(now.rows.get(oid, 0) - before.rows.get(oid, 0) for oid in oids) / seconds


def read_written(asker: Asker) -> Written:
    """Rows written so far, of every table that is no partitioned one."""
    found = asker.ask(_WRITTEN)
    rows = {oid: count for oid, count, _ in found.rows}
    return Written(rows, found.rows[0][2] if found.rows else None)


def read_sessions(asker: Asker, names: Iterable[Name]) -> tuple[tuple[Session, ...], str]:
    """Transactions that have been open for a while, and what of it could not be seen."""
    values = _values(names) or "(NULL, NULL, NULL)"
    seconds = compose(asker.conn, "{seconds}", seconds=OPEN_SECONDS)
    found = asker.ask(_SESSIONS.format(values=values, seconds=seconds))
    if found.fault is not None:
        return (), f"long transactions are not known: {found.fault.message}"
    sessions = tuple(
        Session(
            pid=pid,
            seconds=float(age),
            application=application,
            user=user,
            holds=tuple(holds),
            has_snapshot=has_snapshot,
        )
        for pid, age, application, user, holds, has_snapshot in found.rows
    )
    ((may_see,),) = asker.rows(_MAY_SEE)
    if may_see:
        return sessions, ""
    return sessions, (
        "transactions of other roles are not seen: GRANT pg_read_all_stats lets the role see them"
    )


def _values(names: Iterable[Name]) -> str:
    texts: Sequence[str] = [
        ", ".join(literal_text(each) for each in (qualified(*name), *name))
        for name in sorted(set(names))
    ]
    return ", ".join(f"({text})" for text in texts)
