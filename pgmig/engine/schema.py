"""The schema `pgmig` in a target database: what it holds, and whether it is ours.

It is made on the first write, by the role that deploys, and only that role may write in it.

- `meta`: one row: the format of this schema.
- `history`: append-only; one row for each script that was applied in either direction. `id` counts
  1, 2, 3 and is given by the runner, not by a sequence: of two runners that both believe to be
  alone only one can commit the next number.
- `progress`: the statements of scripts that run without a transaction; `history_id` is the number
  that the script's history row will have. Rows beyond the last number are of a script that is
  part-way.
- `fingerprinted` and `fingerprints`: what `pgmig drift` compares with where no shadow server is at
  hand: one row about the set, one for each object. A schema that an earlier pgmig made gets them
  with the first set.
- `forecast`: what plans have said of scripts that then ran. Not every schema of format 3 has it
  from the start; then it is made with the first plan.
- `lease`: one row, for runners behind a transaction pooler, where session locks mean nothing.
- `refresh`: materialized views that a script has left without the rows that they had before, to be
  refreshed; `history_id` is the number of that script's history row. A script without a transaction
  notes all that have rows before it begins: which of them it left without, the catalog tells
  afterwards.
- `heartbeat`: the sign of life of whoever has the lease. Not in its row: a script in a transaction
  of an older snapshot could not lock a row that has changed since.

Format 1 lacks `progress.before` and `heartbeat`, and keeps every text; format 2 lacks `refresh`.
The first write of this pgmig brings them to format 3.
"""

from collections.abc import Collection
from typing import Final, LiteralString

import msgspec

from pgmig import __version__, db
from pgmig.db import Connection
from pgmig.db.execute import compose, fetch, fetch_each, local_role, run, send
from pgmig.ddl import ident_text
from pgmig.errors import HistoryForeign, RightsMissing, ServerRefused, TargetReadOnly

FORMAT: Final = 3

_CREATE_SCHEMA: LiteralString = "CREATE SCHEMA pgmig;"

_CREATE_TABLES: LiteralString = """
COMMENT ON SCHEMA pgmig IS 'What pgmig applied to this database. Made and kept by pgmig.';
CREATE TABLE pgmig.meta (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    format integer NOT NULL,
    tool_version text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now()
);
CREATE TABLE pgmig.history (
    id bigint PRIMARY KEY,
    version bigint NOT NULL,
    name text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('up', 'down')),
    kind text NOT NULL,
    outcome text NOT NULL,
    up_text text,
    down_text text,
    up_checksum text NOT NULL,
    down_checksum text,
    is_transactional boolean NOT NULL,
    statements integer NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    role text NOT NULL,
    tool_version text NOT NULL,
    fingerprint_before text,
    fingerprint_after text
);
CREATE TABLE pgmig.progress (
    history_id bigint NOT NULL,
    statement integer NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('up', 'down')),
    checksum text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('started', 'done', 'failed')),
    sqlstate text,
    message text,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    before text,
    PRIMARY KEY (history_id, statement)
);
CREATE TABLE pgmig.lease (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    token bigint NOT NULL,
    holder text,
    taken_at timestamptz
);
INSERT INTO pgmig.lease (token) VALUES (0);
"""

_HEARTBEAT: LiteralString = """
CREATE TABLE pgmig.heartbeat (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    token bigint NOT NULL,
    at timestamptz NOT NULL,
    doing text
);
"""

_REFRESH: LiteralString = """
CREATE TABLE pgmig.refresh (
    schema text NOT NULL,
    name text NOT NULL,
    history_id bigint NOT NULL,
    PRIMARY KEY (schema, name)
);
"""

FINGERPRINT_TABLES: LiteralString = """
CREATE TABLE pgmig.fingerprinted (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    history_id bigint NOT NULL,
    major integer NOT NULL,
    scope text[] NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    role text NOT NULL DEFAULT CURRENT_USER,
    tool_version text NOT NULL
);
CREATE TABLE pgmig.fingerprints (
    kind text NOT NULL,
    schema text NOT NULL,
    name text NOT NULL,
    parent text NOT NULL,
    fingerprint text NOT NULL,
    PRIMARY KEY (kind, schema, name, parent)
);
"""

_FORECAST: LiteralString = """
CREATE TABLE pgmig.forecast (
    version bigint NOT NULL,
    checksum text NOT NULL,
    planned_at timestamptz NOT NULL,
    last_id bigint NOT NULL,
    verdict text NOT NULL,
    seconds double precision,
    blocked double precision,
    rate bigint,
    statements text,
    PRIMARY KEY (version, checksum, planned_at)
);
"""

FORECAST_COLUMNS: LiteralString = """
ALTER TABLE pgmig.forecast ADD COLUMN rate bigint, ADD COLUMN statements text;
"""

TAKE_RIGHTS: LiteralString = """
DO $$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT DISTINCT c.relname, CASE a.grantee WHEN 0 THEN 'PUBLIC'
            ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END AS grantee
        FROM pg_catalog.pg_class c, LATERAL pg_catalog.aclexplode(c.relacl) a
        WHERE c.relnamespace = 'pgmig'::pg_catalog.regnamespace
            AND c.relkind = 'r' AND a.grantee <> c.relowner
    LOOP
        EXECUTE pg_catalog.format(
            'REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON pgmig.%I FROM %s',
            granted.relname, granted.grantee);
    END LOOP;
END
$$;
"""

# What default privileges gave on the schema, and what was granted before it was ours.
_CLOSE_SCHEMA: LiteralString = """
DO $$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC'
            ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END AS grantee
        FROM pg_catalog.pg_namespace n, LATERAL pg_catalog.aclexplode(n.nspacl) a
        WHERE n.nspname = 'pgmig' AND a.grantee <> n.nspowner
    LOOP
        EXECUTE pg_catalog.format('REVOKE CREATE ON SCHEMA pgmig FROM %s', granted.grantee);
    END LOOP;
END
$$;
REVOKE ALL ON SCHEMA pgmig FROM PUBLIC;
"""

_FROM_1: LiteralString = """
ALTER TABLE pgmig.history ALTER COLUMN up_text DROP NOT NULL;
ALTER TABLE pgmig.progress ADD COLUMN before text;
ALTER TABLE pgmig.lease DROP COLUMN heartbeat_at;
"""

# Whoever may read or write the history may do that with the tables that came with a later format,
# and nobody else: what default privileges gave on them goes.
_SHARE: LiteralString = """
DO $$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT DISTINCT c.relname, CASE a.grantee WHEN 0 THEN 'PUBLIC'
            ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END AS grantee
        FROM pg_catalog.pg_class c, LATERAL pg_catalog.aclexplode(c.relacl) a
        WHERE c.relnamespace = 'pgmig'::pg_catalog.regnamespace
            AND c.relname = ANY ({tables}::pg_catalog.text[]) AND a.grantee <> c.relowner
    LOOP
        EXECUTE pg_catalog.format(
            'REVOKE ALL ON pgmig.%I FROM %s', granted.relname, granted.grantee);
    END LOOP;
    FOR granted IN
        SELECT t.name, a.privilege_type, CASE a.grantee WHEN 0 THEN 'PUBLIC'
            ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END AS grantee
        FROM pg_catalog.pg_class c, LATERAL pg_catalog.aclexplode(c.relacl) a,
            pg_catalog.unnest({tables}::pg_catalog.text[]) AS t (name)
        WHERE c.oid = 'pgmig.history'::pg_catalog.regclass AND a.grantee <> c.relowner
            AND a.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
    LOOP
        EXECUTE pg_catalog.format('GRANT %s ON pgmig.%I TO %s',
            granted.privilege_type, granted.name, granted.grantee);
    END LOOP;
END
$$;
"""

_UPGRADED: LiteralString = """
UPDATE pgmig.meta SET format = {format}, tool_version = {tool_version};
"""

_INSERT_META: LiteralString = (
    "INSERT INTO pgmig.meta (format, tool_version) VALUES ({format}, {tool_version})"
)

# The session settings that pgmig's own queries rely on; scripts run without them.
SETTLE: LiteralString = """SELECT pg_catalog.set_config('search_path', '', false),
    pg_catalog.set_config('DateStyle', 'ISO', false),
    pg_catalog.set_config('TimeZone', 'UTC', false),
    pg_catalog.set_config('standard_conforming_strings', 'on', false)"""

_PROBE: LiteralString = """
SELECT n.nspname,
    pg_catalog.pg_has_role(n.nspowner, 'USAGE'),
    ARRAY(SELECT c.relname::text FROM pg_catalog.pg_class c
        WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        ORDER BY 1),
    EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE p.pronamespace = n.oid),
    pg_catalog.pg_is_in_recovery(),
    pg_catalog.current_setting('transaction_read_only'),
    CURRENT_USER::text,
    pg_catalog.current_database()::text,
    pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
    pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        AND (SELECT bool_and(pg_catalog.has_table_privilege(c.oid, 'SELECT'))
        FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relname IN
            ('history', 'lease', 'meta', 'progress', 'heartbeat', 'refresh')),
    (SELECT bool_and(pg_catalog.has_table_privilege(c.oid, 'INSERT')
            AND (c.relname IN ('history', 'meta')
                OR pg_catalog.has_table_privilege(c.oid, 'UPDATE'))
            AND (c.relname NOT IN ('progress', 'refresh')
                OR pg_catalog.has_table_privilege(c.oid, 'DELETE')))
        FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relname IN
            ('history', 'lease', 'meta', 'progress', 'heartbeat', 'refresh'))
FROM (VALUES (1)) AS always LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = 'pgmig'
"""

_READ_ADVICE = (
    "GRANT USAGE ON SCHEMA pgmig TO {0}; GRANT SELECT ON ALL TABLES IN SCHEMA pgmig TO {0}"
)

_TABLES = frozenset({"history", "lease", "meta", "progress"})


class Home(msgspec.Struct, frozen=True):
    """What stands in the database in the place of our schema, and what this session may do there.

    Attributes:
        is_there: the schema exists with our tables.
        is_empty: the schema exists and holds nothing: made for us by whoever may.
        format: of the schema, by its tables; 0 when it is not there.
        is_standby: the server is a hot standby.
        is_read_only: transactions of this session are read-only.
        can_write: this role may make the schema, or write in it when it is there.
        role: the current role.
        database: the current database.
    """

    is_there: bool
    is_empty: bool
    format: int
    is_standby: bool
    is_read_only: bool
    can_write: bool
    role: str
    database: str

    @property
    def is_old(self) -> bool:
        """Whether the schema is of an earlier format."""
        return 0 < self.format < FORMAT


def probe(conn: Connection) -> Home:
    """Look at the place of our schema, and settle the session for our queries.

    Raises:
        HistoryForeign: a schema of that name exists and is not ours.
        RightsMissing: it is ours and this role may not read it.
    """
    ((row,),) = fetch_each(conn, *(() if conn.is_pooled else (SETTLE,)), _PROBE)[-1:]
    name, is_owner, relations, has_routines, is_standby, read_only, role, database = row[:8]
    may_create, may_select, may_insert = row[8:]
    is_there = _TABLES.issubset(relations)
    found = _format(relations) if is_there else 0
    is_empty = name is not None and not relations and not has_routines
    if name is not None and not is_there and not (is_empty and is_owner):
        raise HistoryForeign(target=db.describe(conn))
    if is_there and not may_select:
        do = _READ_ADVICE.format(ident_text(role))
        raise RightsMissing(target=db.describe(conn), role=role, may_not="read", do=do)
    return Home(
        is_there=is_there,
        is_empty=is_empty,
        format=found,
        is_standby=bool(is_standby),
        is_read_only=read_only == "on",
        can_write=bool(
            may_insert and (is_owner or found == FORMAT) if is_there else is_empty or may_create
        ),
        role=str(role),
        database=str(database),
    )


def settle(conn: Connection) -> None:
    """Give the session the settings that our own queries rely on; no session behind a pooler."""
    if not conn.is_pooled:
        fetch(conn, SETTLE)


def require_writable(conn: Connection, home: Home) -> None:
    """Refuse a target that this session cannot write to.

    Raises:
        TargetReadOnly: a hot standby, or read-only transactions.
        RightsMissing: this role may not make our schema, or not write in it.
    """
    target = db.describe(conn)
    if home.is_standby or home.is_read_only:
        raise TargetReadOnly(target=target, is_standby=home.is_standby)
    if not home.can_write:
        raise RightsMissing(target=target, role=home.role, may_not="write", do=_advice(home))


def ensure(conn: Connection, home: Home, fence: str = "") -> None:
    """Make our schema when it is not there yet, or bring it to this format.

    Args:
        conn: the session; it holds the runner lock, unless there is a fence.
        home: what `probe` found.
        fence: a statement that fails when another runner is at work, for the same transaction.
    """
    if home.is_there and not home.is_old:
        return
    if home.is_there:
        tables = ["heartbeat"] if home.format == 1 else []
        tables += ["refresh", "forecast"]
        text = _FROM_1 + _HEARTBEAT if home.format == 1 else ""
        text += _REFRESH + _FORECAST + compose(conn, _SHARE, tables=tables)
        text += compose(conn, _UPGRADED, format=FORMAT, tool_version=__version__)
    else:
        text = "" if home.is_empty else _CREATE_SCHEMA
        text += _CREATE_TABLES + _HEARTBEAT + _REFRESH + _FORECAST + FINGERPRINT_TABLES
        text += TAKE_RIGHTS + _CLOSE_SCHEMA
        text += compose(conn, _INSERT_META, format=FORMAT, tool_version=__version__)
    try:
        run(conn, f"BEGIN;{local_role(conn)}{fence}{text};COMMIT")
    except (ServerRefused, KeyboardInterrupt):
        if not conn.closed:
            send(conn, "ROLLBACK")
        raise


def forecast_table(conn: Connection) -> str:
    """Statements that make the table of forecasts in a schema which lacks it."""
    return _FORECAST + compose(conn, _SHARE, tables=["forecast"])


def _format(relations: Collection[str]) -> int:
    """The format of our schema, by the tables that came with each."""
    if "heartbeat" not in relations:
        return 1
    return FORMAT if "refresh" in relations else 2


def _advice(home: Home) -> str:
    role, database = ident_text(home.role), ident_text(home.database)
    if home.is_there:
        return f"deploy as the role that owns the schema pgmig, or GRANT it to {role}"
    return f"GRANT CREATE ON DATABASE {database} TO {role}"
