"""Whatever a database holds and pgmig does not model is named, and nothing else is."""

from collections.abc import Callable
from contextlib import closing

import pytest

from pgmig import catalog, db
from pgmig.catalog.addresses import Addresses
from pgmig.catalog.unmodelled import made_rows, unmodelled
from pgmig.db import reading
from tests.fixtures.servers import Program, Server

OBJECTS = "SELECT lo_create(0), lo_create(4711);"

NAMED = "large object | 2 in all"

FACTS = """
CREATE EXTENSION hstore;
CREATE TABLE t (a integer PRIMARY KEY, b integer UNIQUE DEFERRABLE, c tsrange,
    CONSTRAINT apart EXCLUDE USING gist ((c * c) WITH &&));
CREATE TABLE u (a integer CONSTRAINT fk REFERENCES t);
CREATE VIEW v AS SELECT a FROM t;
CREATE SEQUENCE seq;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();

REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_ls_waldir() TO PUBLIC;
REVOKE SELECT ON pg_stat_activity FROM PUBLIC;
GRANT SELECT (rolpassword) ON pg_authid TO PUBLIC;
REVOKE EXECUTE ON FUNCTION hstore_in(cstring) FROM PUBLIC;
GRANT SELECT (last_value) ON seq TO PUBLIC;
GRANT SELECT (ctid) ON t TO PUBLIC;
REVOKE USAGE ON TYPE v FROM PUBLIC;
COMMENT ON TYPE t IS 'the row type';
COMMENT ON COLUMN t.ctid IS 'a system column';
COMMENT ON CONSTRAINT checked ON t IS 'the constraint, not the trigger';
ALTER TABLE u DISABLE TRIGGER ALL;
ALTER INDEX apart ALTER COLUMN 1 SET STATISTICS 77;
ALTER INDEX t_pkey DEPENDS ON EXTENSION hstore;
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);
ALTER ROUTINE total(integer) DEPENDS ON EXTENSION hstore;
INSERT INTO pg_seclabel VALUES ('t'::regtype, 'pg_type'::regclass, 0, 'guard', 'secret'),
    ('hstore'::regtype, 'pg_type'::regclass, 0, 'guard', 'secret');

-- What CONCURRENTLY leaves behind when it is interrupted.
CREATE INDEX ruin ON u (a);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ruin'::regclass;
CREATE TABLE whole (a integer) PARTITION BY LIST (a);
CREATE TABLE part PARTITION OF whole FOR VALUES IN (1);
UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = 'part'::regclass;
CREATE INDEX lacks_parts ON ONLY whole (a);

-- What REPLICA IDENTITY names, dropped.
CREATE TABLE copied (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX by_a ON copied (a);
ALTER TABLE copied REPLICA IDENTITY USING INDEX by_a;
DROP INDEX by_a;
CREATE TABLE kept (LIKE copied);
CREATE UNIQUE INDEX by_b ON kept (b);
ALTER TABLE kept REPLICA IDENTITY USING INDEX by_b;

-- Granted and taken back: nothing is left to name.
GRANT EXECUTE ON FUNCTION pg_ls_logdir() TO PUBLIC;
REVOKE EXECUTE ON FUNCTION pg_ls_logdir() FROM PUBLIC;
REVOKE USAGE ON TYPE u FROM PUBLIC;
GRANT USAGE ON TYPE u TO PUBLIC;
"""

FACTS_NAMED = """
comment | table column public.t.ctid
comment | table constraint checked on public.t
comment | type public.t
dependency on extension | aggregate public.total(integer)
dependency on extension | index public.t_pkey
detaching partition | public.part: ALTER TABLE public.whole DETACH PARTITION public.part FINALIZE
invalid index | public.ruin: REINDEX or DROP it
privileges | function pg_catalog.pg_ls_waldir()
privileges | function public.hstore_in(pg_catalog.cstring)
privileges | language plpgsql
privileges | sequence column public.seq.last_value
privileges | table column pg_catalog.pg_authid.rolpassword
privileges | table column public.t.ctid
privileges | type public.v
privileges | view pg_catalog.pg_stat_activity
replica identity | public.copied: its index is gone, ALTER TABLE public.copied REPLICA IDENTITY
security label | guard on type public.hstore
security label | guard on type public.t
statistics target | index column public.apart.expr
trigger state | table constraint fk on public.u
"""

MODELLED = """
CREATE EXTENSION hstore;
CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('good');
CREATE TYPE s.pair AS (a integer);
CREATE TYPE s.span AS RANGE (SUBTYPE = integer);
CREATE DOMAIN s.small AS integer CONSTRAINT few CHECK (VALUE < 5);
CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE PROCEDURE s.p() LANGUAGE sql AS '';
CREATE AGGREGATE s.total(integer) (SFUNC = int4pl, STYPE = integer);
CREATE SEQUENCE s.seq;
CREATE TABLE s.t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text NOT NULL,
    b integer CHECK (b > 0) REFERENCES s.t);
CREATE INDEX i ON s.t (lower(a));
CREATE TABLE s.whole (a integer) PARTITION BY LIST (a);
CREATE INDEX whole_i ON s.whole (a);
CREATE TABLE s.part PARTITION OF s.whole FOR VALUES IN (1);
CREATE TRIGGER tr BEFORE INSERT ON s.whole FOR EACH ROW EXECUTE FUNCTION s.f();
CREATE VIEW s.v AS SELECT a FROM s.t;
CREATE RULE r AS ON INSERT TO s.v DO INSTEAD NOTHING;
CREATE MATERIALIZED VIEW s.m AS SELECT a FROM s.t;
CREATE POLICY p ON s.t;
CREATE PUBLICATION pub FOR TABLE s.t;
ALTER DEFAULT PRIVILEGES FOR ROLE r_owner IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE r_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE CAST (s.mood AS integer) WITH INOUT;
CREATE TRANSFORM FOR money LANGUAGE sql (
    FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION cash_recv(internal));
CREATE LANGUAGE tongue HANDLER plpgsql_call_handler;
CREATE COLLATION s.plain (LOCALE = 'C');
CREATE CONVERSION s.converts FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH PARSER s.parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
    LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE s.template (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY s.words (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION s.config (COPY = simple);
CREATE STATISTICS s.stats ON a, b FROM s.t;
CREATE FUNCTION s.event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION s.event();
CREATE FOREIGN DATA WRAPPER wrapper;
CREATE SERVER "Server" FOREIGN DATA WRAPPER wrapper;
CREATE USER MAPPING FOR PUBLIC SERVER "Server" OPTIONS (password 'secret');
CREATE FOREIGN TABLE s.far (a integer CONSTRAINT positive CHECK (a > 0)) SERVER "Server";
CREATE TRIGGER touch BEFORE INSERT ON s.far FOR EACH ROW EXECUTE FUNCTION s.f();
CREATE FUNCTION s.cmp(integer, numeric) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 0';
CREATE TYPE s.shell;
CREATE TYPE s.base;
CREATE FUNCTION s.base_in(cstring) RETURNS s.base LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION s.base_out(s.base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE s.base (INPUT = s.base_in, OUTPUT = s.base_out, LIKE = integer);
CREATE FUNCTION s.same(s.base, s.base) RETURNS boolean LANGUAGE internal IMMUTABLE AS 'int4eq';
CREATE FUNCTION s.hash(s.base) RETURNS integer LANGUAGE internal IMMUTABLE AS 'hashint4';
CREATE OPERATOR s.=== (LEFTARG = s.base, RIGHTARG = s.base, FUNCTION = s.same);
CREATE OPERATOR FAMILY s."Family" USING hash;
CREATE OPERATOR CLASS s.class FOR TYPE s.base USING hash FAMILY s."Family" AS
    OPERATOR 1 s.===, FUNCTION 1 s.hash(s.base);
ALTER OPERATOR FAMILY integer_ops USING btree ADD
    FUNCTION 1 (integer, numeric) s.cmp(integer, numeric);
CREATE ACCESS METHOD tree TYPE INDEX HANDLER bthandler;
"""

MODELLED_NAMED = """
aggregate | s.total(integer)
default acl | for role r_owner in schema s on tables
default acl | for role r_owner on functions
domain constraint | few on s.small
extension | hstore
function | s.f()
index | s.i
index | s.part_a_idx
index | s.whole_i
materialized view | s.m
policy | p on s.t
publication | pub
procedure | s.p()
rule | r on s.v
schema | s
sequence | s.seq
table constraint | t_b_check on s.t
table constraint | t_b_fkey on s.t
table constraint | t_pkey on s.t
table | s.part
table | s.t
table | s.whole
trigger | tr on s.whole
type | s.mood
type | s.pair
type | s.small
type | s.span
view | s.v
cast | (s.mood AS integer)
collation | s.plain
conversion | s.converts
language | tongue
text search configuration | s.config
text search dictionary | s.words
text search parser | s.parser
text search template | s.template
transform | for pg_catalog.money {on_language} sql
event trigger | watch
foreign table | s.far
foreign-data wrapper | wrapper
function | s.event()
server | "Server"
statistics object | s.stats
table constraint | positive on s.far
trigger | touch on s.far
user mapping | public on server Server
access method | tree
function of access method | function 1 (integer, numeric) of pg_catalog.integer_ops USING btree
operator class | s.class USING hash
operator family | s."Family" USING hash
operator | s.===(s.base,s.base)
type | s.base
type | s.shell
function | s.base_in(pg_catalog.cstring)
function | s.base_out(s.base)
function | s.cmp(integer,numeric)
function | s.hash(s.base)
function | s.same(s.base,s.base)
"""

EXTENSIONS = {
    *("btree_gist", "citext", "cube", "earthdistance", "file_fdw", "hstore", "intarray", "ltree"),
    *("pg_stat_statements", "pg_trgm", "postgres_fdw", "tablefunc", "unaccent", "vector"),
}


def lines(text: str) -> list[str]:
    return sorted(line for line in text.strip().splitlines() if line)


def named(url: str) -> list[str]:
    with closing(db.connect(url)) as conn:
        return sorted(f"{each.kind} | {each.identity}" for each in catalog.read(conn).unmodelled)


@pytest.fixture
def role(make_role: Callable[..., str]) -> str:
    return make_role("NOLOGIN")


@pytest.fixture
def full_database(database: str, psql: Program, case_roles: None) -> str:
    psql(database, input=MODELLED + OBJECTS)
    return database


def test_objects_without_a_kind_are_named(full_database: str) -> None:
    assert named(full_database) == lines(NAMED)


def test_facts_that_no_record_holds_are_named(database: str, psql: Program) -> None:
    psql(database, input=FACTS)
    assert named(database) == lines(FACTS_NAMED)


@pytest.mark.pg(">= 18")
def test_a_foreign_key_that_is_valid_on_one_partition_only_is_named(
    database: str, psql: Program
) -> None:
    psql(
        database,
        input="CREATE TABLE t (a integer PRIMARY KEY);"
        "CREATE TABLE p (a integer) PARTITION BY LIST (a);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
        "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);"
        "ALTER TABLE p ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES t NOT VALID;"
        "ALTER TABLE p1 VALIDATE CONSTRAINT fk;",
    )
    assert named(database) == ["validity | table constraint fk on public.p1"]


@pytest.mark.usefixtures("case_roles")
def test_an_object_that_its_kind_did_not_read_is_named(
    database: str, psql: Program, server: Server
) -> None:
    on = "on language" if server.major <= 15 else "language"
    psql(database, input=MODELLED)
    with closing(db.connect(database)) as conn, reading(conn):
        found = unmodelled(conn, made_rows(conn), Addresses())
    assert sorted(f"{each.kind} | {each.identity}" for each in found) == lines(
        MODELLED_NAMED.format(on_language=on)
    )
    assert named(database) == []


def test_an_empty_database_has_nothing_to_name(database: str) -> None:
    assert named(database) == []


def test_members_of_extensions_and_what_hangs_on_them_are_not_named(
    database: str, server: Server, psql: Program
) -> None:
    listed = psql(database, "-At", "-c", "SELECT name FROM pg_available_extensions").stdout.split()
    here = sorted(EXTENSIONS & {*listed})
    psql(database, input="".join(f"CREATE EXTENSION {name} CASCADE;\n" for name in here))
    assert {"hstore", "btree_gist"} <= {*here}
    assert named(database) == []


def test_temporary_objects_and_the_schema_of_pgmig_are_not_named(
    database: str, psql: Program
) -> None:
    psql(
        database,
        input="CREATE SCHEMA pgmig; CREATE TABLE pgmig.history (a integer PRIMARY KEY);"
        "CREATE COLLATION pgmig.c (LOCALE = 'C'); CREATE TYPE pgmig.state AS ENUM ('a');"
        "ALTER DEFAULT PRIVILEGES IN SCHEMA pgmig GRANT SELECT ON TABLES TO PUBLIC;",
    )
    with closing(db.connect(database)) as conn:
        conn.execute(
            "CREATE TEMPORARY TABLE t (a integer PRIMARY KEY CHECK (a > 0));"
            "CREATE TEMPORARY VIEW v AS SELECT a FROM t; CREATE TYPE pg_temp.e AS ENUM ('a')"
        )
        assert catalog.read(conn).unmodelled == ()


def test_a_role_without_privileges_is_told_the_same(
    full_database: str, make_role: Callable[..., str], role: str
) -> None:
    with closing(db.connect(full_database)) as conn:
        conn.execute(f'SET SESSION AUTHORIZATION "{role}"'.encode())
        found = catalog.read(conn).unmodelled
    assert sorted(f"{each.kind} | {each.identity}" for each in found) == named(full_database)


def test_no_secret_is_told(full_database: str) -> None:
    assert "secret" not in "".join(named(full_database))
