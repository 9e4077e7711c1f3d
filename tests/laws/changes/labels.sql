-- Security labels: no provider is needed to write what one would.
CREATE SCHEMA s;
CREATE TYPE s.e AS ENUM ('a');
CREATE TYPE s.c AS (a integer);
CREATE TYPE s.r AS RANGE (SUBTYPE = float8);
CREATE DOMAIN s.d AS text;
CREATE TYPE s.shell;
CREATE TYPE s.base;
CREATE FUNCTION s.base_in(cstring) RETURNS s.base LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION s.base_out(s.base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE s.base (INPUT = s.base_in, OUTPUT = s.base_out);
CREATE SEQUENCE s.q;
CREATE TABLE s.t (a integer);
CREATE TABLE s.ident (a integer GENERATED ALWAYS AS IDENTITY);
CREATE TABLE s.parts (a integer) PARTITION BY LIST (a);
CREATE VIEW s.v AS SELECT a FROM s.t;
CREATE MATERIALIZED VIEW s.m AS SELECT a FROM s.t;
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER srv FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE s.ft (a integer) SERVER srv;
CREATE FUNCTION s.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE s.agg(integer) (SFUNC = int4pl, STYPE = integer);
CREATE FUNCTION s.event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION s.event();
CREATE PUBLICATION p;
CREATE FUNCTION s.label(class regclass, oid oid, number integer DEFAULT 0) RETURNS void
    LANGUAGE sql AS 'INSERT INTO pg_seclabel VALUES (oid, class, number, ''guard'', ''x'')';
-- CHANGES
-- pg_seclabel
SELECT s.label('pg_namespace', 's'::regnamespace)
SELECT s.label('pg_type', 's.e'::regtype)
SELECT s.label('pg_type', 's.c'::regtype)
SELECT s.label('pg_type', 's.r'::regtype)
SELECT s.label('pg_type', 's.d'::regtype)
SELECT s.label('pg_type', oid) FROM pg_type WHERE typname = 'shell'
SELECT s.label('pg_type', 's.base'::regtype)
SELECT s.label('pg_class', 's.q'::regclass)
SELECT s.label('pg_class', 's.t'::regclass)
SELECT s.label('pg_class', 's.t'::regclass, 1)
SELECT s.label('pg_class', 's.v'::regclass)
SELECT s.label('pg_class', 's.v'::regclass, 1)
SELECT s.label('pg_class', 's.m'::regclass)
SELECT s.label('pg_class', 's.m'::regclass, 1)
SELECT s.label('pg_class', 's.ft'::regclass)
SELECT s.label('pg_class', 's.ft'::regclass, 1)
SELECT s.label('pg_proc', 's.f()'::regprocedure)
SELECT s.label('pg_proc', 's.agg(integer)'::regprocedure)
SELECT s.label('pg_event_trigger', oid) FROM pg_event_trigger
SELECT s.label('pg_publication', oid) FROM pg_publication
SELECT s.label('pg_language', oid) FROM pg_language WHERE lanname = 'plpgsql'
SELECT s.label('pg_class', 's.c'::regclass, 1)
SELECT s.label('pg_type', 's.t'::regtype)
SELECT s.label('pg_type', 's.e[]'::regtype)
SELECT s.label('pg_type', 's.r_multirange'::regtype)
SELECT s.label('pg_class', 's.ident_a_seq'::regclass)
SELECT s.label('pg_class', 's.parts'::regclass)
UPDATE pg_seclabel SET label = 'y' WHERE objoid = 's.t'::regclass
UPDATE pg_seclabel SET provider = 'other' WHERE objoid = 's.t'::regclass
DELETE FROM pg_seclabel WHERE objoid = 's.t'::regclass
