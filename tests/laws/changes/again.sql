-- What no ALTER changes: each object is dropped and made again with one attribute another.
CREATE SCHEMA s;
CREATE EXTENSION hstore VERSION '1.4';
COPY (SELECT 1) TO PROGRAM 'cat > /dev/null && mkdir -p changes_space';
SELECT current_setting('data_directory') || '/changes_space' AS space \gset
CREATE TABLESPACE changes_space LOCATION :'space';
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER srv FOREIGN DATA WRAPPER w;
CREATE COLLATION s.co (LOCALE = 'C');
CREATE FUNCTION s.add(integer, integer) RETURNS integer STRICT LANGUAGE sql
    AS 'SELECT 1';
CREATE FUNCTION s.add_big(bigint, integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.end(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.end(integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.subdiff(float8, float8) RETURNS float8 IMMUTABLE LANGUAGE sql AS 'SELECT 1.0';
CREATE FUNCTION s.many(a integer[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.modes(a integer, OUT c integer, OUT d integer) RETURNS SETOF record
    LANGUAGE sql AS 'SELECT 1, 2';
CREATE FUNCTION s.given(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.atomic() RETURNS integer RETURN 1;
CREATE FUNCTION s.outs(OUT a text, OUT b text) LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION s.tongue() RETURNS integer LANGUAGE sql AS 'SELECT 1;';
CREATE FUNCTION s.shared(internal, internal) RETURNS internal LANGUAGE c
    AS '$libdir/dict_snowball', 'dsnowball_init';
CREATE FUNCTION s.tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION s.tf2() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION s.f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE s.agg(integer) (SFUNC = int4pl, STYPE = integer);
CREATE AGGREGATE s.largest(integer) (SFUNC = int4larger, STYPE = integer);
CREATE AGGREGATE s.av(integer) (SFUNC = s.add, STYPE = integer);
CREATE AGGREGATE s.ser(numeric) (SFUNC = numeric_avg_accum, STYPE = internal,
    FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine,
    SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize);
CREATE AGGREGATE s.mov(integer) (SFUNC = int4pl, STYPE = integer,
    MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = '0');
CREATE AGGREGATE s.kind(integer ORDER BY integer) (SFUNC = int4pl, STYPE = integer);
CREATE TYPE s.d2 AS ENUM ('x');
CREATE FUNCTION s.number(s.d2) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.number2(s.d2) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TYPE s.e AS ENUM ('a', 'b');
CREATE TYPE s.c AS (a integer, b text);
CREATE TYPE s.r AS RANGE (SUBTYPE = float8);
CREATE TYPE s.tr AS RANGE (SUBTYPE = text);
CREATE TYPE s.canon AS RANGE (SUBTYPE = integer);
CREATE FUNCTION s.canonical(s.canon) RETURNS s.canon IMMUTABLE LANGUAGE internal AS 'int4range_canonical';
CREATE DOMAIN s.d AS text CONSTRAINT filled CHECK (VALUE <> '');
CREATE DOMAIN s.sized AS varchar(5);
CREATE TABLE s.t (id integer PRIMARY KEY, a text, b integer, e point, v tsvector,
    CONSTRAINT two UNIQUE (id, b));
CREATE TABLE s.t2 (id integer PRIMARY KEY, b integer UNIQUE, UNIQUE (id, b));
CREATE TABLE s.far (x integer, y integer, CONSTRAINT fk FOREIGN KEY (x) REFERENCES s.t);
CREATE TABLE s.k (a integer NOT NULL, b integer NOT NULL, d int4range, e int4range);
ALTER TABLE s.k ADD CONSTRAINT key UNIQUE (a);
ALTER TABLE s.k ADD CONSTRAINT ck CHECK (a > 0);
ALTER TABLE s.k ADD CONSTRAINT ex EXCLUDE USING gist (d WITH =);
CREATE TABLE s.parent (a integer, b text);
CREATE TABLE s.other_parent (a integer, b text);
CREATE TABLE s.child (CONSTRAINT inherited CHECK (a > 0)) INHERITS (s.parent);
CREATE TABLE s.heir () INHERITS (s.parent);
CREATE TABLE s.wide (a integer, b text);
CREATE TABLE s.ident (a integer GENERATED ALWAYS AS IDENTITY);
CREATE TABLE s.swap (a integer);
CREATE TABLE s.p (a integer NOT NULL, b text NOT NULL) PARTITION BY LIST (a);
CREATE TABLE s.p1 PARTITION OF s.p FOR VALUES IN (1);
CREATE TABLE s.keyed (a integer NOT NULL, b integer) PARTITION BY LIST (a);
CREATE TABLE s.keyed1 PARTITION OF s.keyed FOR VALUES IN (1);
ALTER TABLE ONLY s.keyed ADD CONSTRAINT keyed_pkey PRIMARY KEY (a);
ALTER TABLE s.keyed1 ADD CONSTRAINT keyed1_pkey PRIMARY KEY (a);
CREATE TABLE s.pkey (a integer, b text, c text) PARTITION BY LIST (a);
CREATE INDEX pkeyi ON s.pkey (a);
CREATE OPERATOR s.=== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);
CREATE FUNCTION s.given(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE
    AS 'prsd_lextype';
CREATE FUNCTION s.taken(internal) RETURNS point LANGUAGE internal STRICT IMMUTABLE AS 'int4recv';
CREATE TRANSFORM FOR point LANGUAGE sql (FROM SQL WITH FUNCTION s.given(internal));
CREATE STATISTICS s.st ON x, y FROM s.far;
CREATE PUBLICATION pub FOR TABLE s.far;
CREATE VIEW s.v AS SELECT 1 AS a, 'x'::text AS b;
CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS a, 'x'::text AS b;
CREATE UNIQUE INDEX mi ON s.m (a);
CREATE INDEX i ON s.t (b);
CREATE INDEX ti ON s.t (a);
CREATE TRIGGER tr BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.tf();
CREATE TRIGGER after AFTER UPDATE ON s.t REFERENCING NEW TABLE AS new FOR EACH STATEMENT
    EXECUTE FUNCTION s.tf();
CREATE CONSTRAINT TRIGGER ctr AFTER INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.tf();
CREATE TRIGGER ptr BEFORE INSERT ON s.p FOR EACH ROW EXECUTE FUNCTION s.tf();
CREATE RULE ru AS ON DELETE TO s.far DO ALSO NOTHING;
CREATE POLICY po ON s.t;
CREATE FUNCTION s.event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION s.event2() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('CREATE RULE') EXECUTE FUNCTION s.event();
CREATE FOREIGN TABLE s.ft (a integer NOT NULL, b text) SERVER srv;
CREATE TABLE s.remote (a integer) PARTITION BY LIST (a);
CREATE FOREIGN TABLE s.remote1 PARTITION OF s.remote FOR VALUES IN (1) SERVER srv;
CREATE MATERIALIZED VIEW s.m3 AS SELECT 1 AS a;
CREATE TABLE s.turned (a integer, CONSTRAINT ck CHECK (a > 0), CONSTRAINT pk PRIMARY KEY (a),
    CONSTRAINT fk FOREIGN KEY (a) REFERENCES s.t2);
CREATE OPERATOR FAMILY s.near USING gist;
CREATE FUNCTION s.cmp(integer, integer) RETURNS integer LANGUAGE internal IMMUTABLE STRICT
    AS 'btint4cmp';
CREATE FUNCTION s.cmp(integer, bigint) RETURNS integer LANGUAGE internal IMMUTABLE STRICT
    AS 'btint48cmp';
CREATE OPERATOR CLASS s.nearest FOR TYPE point USING gist AS OPERATOR 1 <<;
CREATE OPERATOR CLASS s.compared FOR TYPE integer USING btree AS FUNCTION 1 btint4cmp(integer, integer);
-- CHANGES
-- pg_extension
ALTER EXTENSION hstore UPDATE TO '1.5'
-- pg_aggregate
CREATE OR REPLACE AGGREGATE s.agg(integer) (SFUNC = s.add, STYPE = integer)
CREATE OR REPLACE AGGREGATE s.agg(integer) (SFUNC = s.add, STYPE = integer, COMBINEFUNC = int4pl)
CREATE OR REPLACE AGGREGATE s.agg(integer) (SFUNC = s.add, STYPE = integer)
CREATE OR REPLACE AGGREGATE s.agg(integer) (SFUNC = s.add, STYPE = integer, FINALFUNC = s.end)
CREATE OR REPLACE AGGREGATE s.agg(integer) (SFUNC = s.add, STYPE = integer, FINALFUNC = s.end, FINALFUNC_MODIFY = SHAREABLE)
CREATE OR REPLACE AGGREGATE s.agg(integer) (SFUNC = s.add, STYPE = integer, FINALFUNC = s.end)
UPDATE pg_aggregate SET aggfinalextra = true WHERE aggfnoid = 's.agg(integer)'::regprocedure
CREATE OR REPLACE AGGREGATE s.largest(integer) (SFUNC = int4larger, STYPE = integer, SORTOP = >)
CREATE OR REPLACE AGGREGATE s.largest(integer) (SFUNC = int4larger, STYPE = integer, SORTOP = >, SSPACE = 9)
CREATE AGGREGATE s.gone(integer) (SFUNC = int4pl, STYPE = integer)
DROP AGGREGATE s.gone(integer)
ALTER AGGREGATE s.agg(integer) RENAME TO agg2
DROP AGGREGATE s.av(integer); CREATE AGGREGATE s.av(integer) (SFUNC = s.add_big, STYPE = bigint)
UPDATE pg_aggregate SET aggtranstype = 'numeric'::regtype WHERE aggfnoid = 's.av(integer)'::regprocedure
UPDATE pg_aggregate SET aggserialfn = 0 WHERE aggfnoid = 's.ser(numeric)'::regprocedure
UPDATE pg_aggregate SET aggdeserialfn = 0 WHERE aggfnoid = 's.ser(numeric)'::regprocedure
UPDATE pg_aggregate SET aggkind = 'h' WHERE aggfnoid = 's.kind(integer, integer)'::regprocedure
UPDATE pg_aggregate SET aggnumdirectargs = 0 WHERE aggfnoid = 's.kind(integer, integer)'::regprocedure
CREATE OR REPLACE AGGREGATE s.mov(integer) (SFUNC = int4pl, STYPE = integer, MSTYPE = integer, MSFUNC = s.add, MINVFUNC = int4mi, MINITCOND = '0')
CREATE OR REPLACE AGGREGATE s.mov(integer) (SFUNC = int4pl, STYPE = integer, MSTYPE = integer, MSFUNC = s.add, MINVFUNC = s.add, MINITCOND = '0')
CREATE OR REPLACE AGGREGATE s.mov(integer) (SFUNC = int4pl, STYPE = integer, MSTYPE = integer, MSFUNC = s.add, MINVFUNC = s.add, MINITCOND = '1')
CREATE OR REPLACE AGGREGATE s.mov(integer) (SFUNC = int4pl, STYPE = integer, MSTYPE = integer, MSFUNC = s.add, MINVFUNC = s.add, MINITCOND = '1', MSSPACE = 9)
CREATE OR REPLACE AGGREGATE s.mov(integer) (SFUNC = int4pl, STYPE = integer, MSTYPE = integer, MSFUNC = s.add, MINVFUNC = s.add, MINITCOND = '1', MSSPACE = 9, MFINALFUNC = s.end)
CREATE OR REPLACE AGGREGATE s.mov(integer) (SFUNC = int4pl, STYPE = integer, MSTYPE = integer, MSFUNC = s.add, MINVFUNC = s.add, MINITCOND = '1', MSSPACE = 9, MFINALFUNC = s.end, MFINALFUNC_MODIFY = SHAREABLE)
UPDATE pg_aggregate SET aggmfinalextra = true WHERE aggfnoid = 's.mov(integer)'::regprocedure
UPDATE pg_aggregate SET aggmtranstype = 'bigint'::regtype WHERE aggfnoid = 's.mov(integer)'::regprocedure
-- pg_proc
DROP FUNCTION s.f(integer); CREATE FUNCTION s.f(b integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'
DROP FUNCTION s.f(integer); CREATE FUNCTION s.f(b integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1'
UPDATE pg_proc SET proretset = true WHERE oid = 's.f(integer)'::regprocedure
DROP FUNCTION s.f(integer); CREATE PROCEDURE s.f(b integer) LANGUAGE sql AS 'SELECT 1'
DROP PROCEDURE s.f(integer); CREATE FUNCTION s.f(b integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1'
UPDATE pg_proc SET prokind = 'w' WHERE oid = 's.f(integer)'::regprocedure
DROP FUNCTION s.f(integer); CREATE FUNCTION s.f(b integer, OUT c integer, OUT d text) LANGUAGE sql AS 'SELECT 1, NULL'
DROP FUNCTION s.f(integer); CREATE FUNCTION s.f(INOUT b integer, OUT d text) LANGUAGE sql AS 'SELECT 1, NULL'
DROP FUNCTION s.outs(); CREATE FUNCTION s.outs(OUT a bigint, OUT b text) LANGUAGE plpgsql AS 'BEGIN END'
DROP FUNCTION s.modes(integer); CREATE FUNCTION s.modes(a integer) RETURNS TABLE (c integer, d integer) LANGUAGE sql AS 'SELECT 1, 2'
CREATE OR REPLACE FUNCTION s.given(a integer DEFAULT 2) RETURNS integer LANGUAGE sql AS 'SELECT 1'
CREATE OR REPLACE FUNCTION s.atomic() RETURNS integer RETURN 2
DROP FUNCTION s.many(integer[]); CREATE FUNCTION s.many(VARIADIC a integer[]) RETURNS integer LANGUAGE sql AS 'SELECT 1'
UPDATE pg_proc SET prolang = (SELECT oid FROM pg_language WHERE lanname = 'plpgsql') WHERE oid = 's.tongue()'::regprocedure
UPDATE pg_proc SET protrftypes = ARRAY['point'::regtype] WHERE oid = 's.tongue()'::regprocedure
UPDATE pg_proc SET protrftypes = ARRAY['box'::regtype] WHERE oid = 's.tongue()'::regprocedure
UPDATE pg_proc SET probin = '$libdir/another' WHERE proname = 'shared'
UPDATE pg_proc SET prosrc = 'another' WHERE proname = 'shared'
CREATE FUNCTION s.f(text) RETURNS integer LANGUAGE sql AS 'SELECT 1'
CREATE FUNCTION s.f(text, VARIADIC integer[]) RETURNS integer LANGUAGE sql AS 'SELECT 1'
-- pg_enum, pg_type, pg_range
DROP TYPE s.e; CREATE TYPE s.e AS ENUM ('b', 'a')
DROP TYPE s.e; CREATE TYPE s.e AS ENUM ('b')
DROP TYPE s.e
CREATE TYPE s.e AS (a integer)
DROP TYPE s.c; CREATE TYPE s.c AS (b text, a integer)
ALTER TYPE s.c ALTER ATTRIBUTE b TYPE text COLLATE "C"
ALTER TYPE s.c RENAME TO c2
ALTER TYPE s.c2 SET SCHEMA public
ALTER TYPE public.c2 OWNER TO r_owner
GRANT USAGE ON TYPE public.c2 TO r_reader WITH GRANT OPTION
DROP TYPE s.r; CREATE TYPE s.r AS RANGE (SUBTYPE = integer)
DROP TYPE s.r; CREATE TYPE s.r AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = s.rs)
DROP TYPE s.r; CREATE TYPE s.r AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = s.rs, SUBTYPE_DIFF = s.subdiff)
DROP TYPE s.tr; CREATE TYPE s.tr AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops)
DROP TYPE s.tr; CREATE TYPE s.tr AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops, COLLATION = "C")
UPDATE pg_range SET rngcanonical = 's.canonical(s.canon)'::regprocedure WHERE rngtypid = 's.canon'::regtype
GRANT USAGE ON TYPE s.tr TO r_reader
ALTER TYPE s.tr RENAME TO tr2
REVOKE USAGE ON TYPE s.canon FROM PUBLIC
DROP DOMAIN s.sized; CREATE DOMAIN s.sized AS varchar(6)
DROP DOMAIN s.sized; CREATE DOMAIN s.sized AS varchar(6) COLLATE "C"
DROP DOMAIN s.sized; CREATE DOMAIN s.sized AS text COLLATE "C"
DROP DOMAIN s.sized; CREATE DOMAIN s.sized AS text[] COLLATE "C"
ALTER DOMAIN s.sized RENAME TO measured
ALTER DOMAIN s.measured SET SCHEMA public
ALTER DOMAIN s.d DROP CONSTRAINT filled; ALTER DOMAIN s.d ADD CONSTRAINT filled CHECK (VALUE <> 'x')
-- pg_class, pg_attribute
DROP TABLE s.wide; CREATE TABLE s.wide (b text, a integer)
DROP TABLE s.wide; CREATE VIEW s.wide AS SELECT 'x'::text AS b, 1 AS a
DROP VIEW s.wide; CREATE FOREIGN TABLE s.wide (b text, a integer) SERVER srv
DROP VIEW s.v; CREATE VIEW s.v AS SELECT 1 AS a, 'x'::varchar AS b
DROP VIEW s.v; CREATE VIEW s.v AS SELECT 1 AS a, 'x'::varchar(3) AS b
DROP VIEW s.v; CREATE VIEW s.v AS SELECT 1 AS a, 'x'::varchar(3) COLLATE "C" AS b
ALTER VIEW s.v RENAME TO v2
ALTER VIEW s.v2 SET SCHEMA public
GRANT SELECT ON public.v2 TO r_reader WITH GRANT OPTION
ALTER TABLE s.swap SET TABLESPACE changes_space
ALTER MATERIALIZED VIEW s.m SET TABLESPACE changes_space
ALTER INDEX s.ti SET TABLESPACE changes_space
ALTER INDEX s.two SET TABLESPACE changes_space
ALTER TABLE ONLY s.pkey SET TABLESPACE changes_space
ALTER INDEX s.pkeyi SET TABLESPACE changes_space
ALTER TABLE s.ident ALTER a SET START 5
ALTER TABLE s.ident ALTER a SET MINVALUE -5
ALTER TABLE s.ident ALTER a SET MAXVALUE 500
ALTER TABLE s.ident ALTER a SET CYCLE
ALTER SEQUENCE s.ident_a_seq AS bigint
ALTER TABLE s.child NO INHERIT s.parent, INHERIT s.other_parent
ALTER TABLE s.child INHERIT s.parent
ALTER TABLE s.child NO INHERIT s.other_parent, NO INHERIT s.parent, INHERIT s.parent, INHERIT s.other_parent
ALTER TABLE s.parent ADD CONSTRAINT inherited CHECK (a > 0)
ALTER TABLE s.heir ADD CONSTRAINT inherited CHECK (a > 0)
ALTER TABLE s.parent ALTER b SET DEFAULT 'a'
ALTER TABLE s.parent ALTER b SET DEFAULT 'b'
UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = 's.p1'::regclass
UPDATE pg_inherits SET inhdetachpending = false WHERE inhrelid = 's.p1'::regclass
ALTER TABLE s.p DETACH PARTITION s.p1; ALTER TABLE s.p ATTACH PARTITION s.p1 DEFAULT
DROP MATERIALIZED VIEW s.m; CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS a, 'x'::text AS b
CREATE UNIQUE INDEX mi ON s.m (a)
DROP MATERIALIZED VIEW s.m; CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS a, 'x'::varchar AS b
DROP MATERIALIZED VIEW s.m; CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS a, 'x'::varchar COLLATE "C" AS b
ALTER MATERIALIZED VIEW s.m OWNER TO r_owner
GRANT SELECT ON s.m TO r_reader
ALTER MATERIALIZED VIEW s.m RENAME TO m2
ALTER MATERIALIZED VIEW s.m2 SET SCHEMA public
-- pg_partitioned_table
DROP TABLE s.pkey; CREATE TABLE s.pkey (a integer, b text, c text) PARTITION BY RANGE (a)
DROP TABLE s.pkey; CREATE TABLE s.pkey (a integer, b text, c text) PARTITION BY RANGE (b)
DROP TABLE s.pkey; CREATE TABLE s.pkey (a integer, b text, c text) PARTITION BY RANGE (c)
DROP TABLE s.pkey; CREATE TABLE s.pkey (a integer, b text, c text) PARTITION BY RANGE (b)
DROP TABLE s.pkey; CREATE TABLE s.pkey (a integer, b text, c text) PARTITION BY RANGE (b COLLATE "C")
DROP TABLE s.pkey; CREATE TABLE s.pkey (a integer, b text, c text) PARTITION BY RANGE (b COLLATE "C" text_pattern_ops)
DROP TABLE s.pkey; CREATE TABLE s.pkey (a integer, b text, c text) PARTITION BY RANGE ((a + 1))
DROP TABLE s.pkey; CREATE TABLE s.pkey (a integer, b text, c text) PARTITION BY RANGE ((a + 2))
DROP TABLE s.pkey; CREATE TABLE s.pkey (a integer, b text)
-- pg_constraint
ALTER TABLE s.far DROP CONSTRAINT fk; ALTER TABLE s.far ADD CONSTRAINT fk FOREIGN KEY (y) REFERENCES s.t
ALTER TABLE s.far DROP CONSTRAINT fk; ALTER TABLE s.far ADD CONSTRAINT fk FOREIGN KEY (y) REFERENCES s.t2
ALTER TABLE s.far DROP CONSTRAINT fk; ALTER TABLE s.far ADD CONSTRAINT fk FOREIGN KEY (y) REFERENCES s.t2 (b)
ALTER TABLE s.far DROP CONSTRAINT fk; ALTER TABLE s.far ADD CONSTRAINT fk FOREIGN KEY (y) REFERENCES s.t2 (b) MATCH FULL
ALTER TABLE s.far DROP CONSTRAINT fk; ALTER TABLE s.far ADD CONSTRAINT fk FOREIGN KEY (y) REFERENCES s.t2 (b) MATCH FULL ON DELETE SET NULL
ALTER TABLE s.far DROP CONSTRAINT fk; ALTER TABLE s.far ADD CONSTRAINT fk FOREIGN KEY (y) REFERENCES s.t2 (b) MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE
ALTER TABLE s.far DROP CONSTRAINT fk; ALTER TABLE s.far ADD CONSTRAINT fk FOREIGN KEY (x, y) REFERENCES s.t2 (id, b) ON DELETE SET NULL
ALTER TABLE s.far DROP CONSTRAINT fk; ALTER TABLE s.far ADD CONSTRAINT fk FOREIGN KEY (x, y) REFERENCES s.t2 (id, b) ON DELETE SET NULL (x) -- 15
COMMENT ON CONSTRAINT fk ON s.far IS 'x'
ALTER TABLE s.far DROP CONSTRAINT fk; ALTER TABLE s.far ADD CONSTRAINT fk CHECK (x > 0)
ALTER TABLE s.k DROP CONSTRAINT ck; ALTER TABLE s.k ADD CONSTRAINT ck CHECK (a > 1)
ALTER TABLE s.k DROP CONSTRAINT ck; ALTER TABLE s.k ADD CONSTRAINT ck CHECK (a > 1) NO INHERIT
ALTER TABLE s.k DROP CONSTRAINT ck; ALTER TABLE s.k ADD CONSTRAINT ck CHECK (a > 1) NO INHERIT NOT ENFORCED -- 18
ALTER TABLE s.k DROP CONSTRAINT ck; ALTER TABLE s.k ADD CONSTRAINT ck CHECK (a > 1) NO INHERIT -- 18
ALTER TABLE s.k DROP CONSTRAINT key; ALTER TABLE s.k ADD CONSTRAINT key UNIQUE (b)
ALTER TABLE s.k DROP CONSTRAINT key; ALTER TABLE s.k ADD CONSTRAINT key PRIMARY KEY (b)
ALTER TABLE s.k DROP CONSTRAINT key; ALTER TABLE s.k ADD CONSTRAINT key PRIMARY KEY (b) DEFERRABLE
ALTER TABLE s.k DROP CONSTRAINT key; ALTER TABLE s.k ADD CONSTRAINT key PRIMARY KEY (b) DEFERRABLE INITIALLY DEFERRED
ALTER TABLE s.k DROP CONSTRAINT ex; ALTER TABLE s.k ADD CONSTRAINT ex EXCLUDE USING gist (d WITH &&)
ALTER TABLE s.k DROP CONSTRAINT ex; ALTER TABLE s.k ADD CONSTRAINT ex EXCLUDE USING gist (d WITH &&) WHERE (b > 0)
ALTER TABLE s.k DROP CONSTRAINT ex; ALTER TABLE s.k ADD CONSTRAINT ex UNIQUE (d, e)
ALTER TABLE s.k DROP CONSTRAINT ex; ALTER TABLE s.k ADD CONSTRAINT ex UNIQUE (d, e WITHOUT OVERLAPS) -- 18
ALTER INDEX s.keyed_pkey ATTACH PARTITION s.keyed1_pkey
ALTER TABLE s.keyed ADD CONSTRAINT positive CHECK (b > 0)
ALTER TABLE s.keyed DROP CONSTRAINT positive; ALTER TABLE s.keyed1 ADD CONSTRAINT positive CHECK (b > 0)
ALTER TABLE s.keyed ADD CONSTRAINT points FOREIGN KEY (b) REFERENCES s.t2
ALTER TABLE s.keyed DROP CONSTRAINT points; ALTER TABLE s.keyed1 ADD CONSTRAINT points FOREIGN KEY (b) REFERENCES s.t2
-- pg_index
DROP INDEX s.i; CREATE INDEX i ON s.t (id)
DROP INDEX s.i; CREATE INDEX i ON s.t (id, b)
DROP INDEX s.i; CREATE INDEX i ON s.t (id) INCLUDE (b)
DROP INDEX s.i; CREATE UNIQUE INDEX i ON s.t (id) INCLUDE (b)
DROP INDEX s.i; CREATE UNIQUE INDEX i ON s.t (id) INCLUDE (b) NULLS NOT DISTINCT -- 15
DROP INDEX s.i; CREATE UNIQUE INDEX i ON s.t (id) INCLUDE (b) -- 15
DROP INDEX s.i; CREATE UNIQUE INDEX i ON s.t (id DESC) INCLUDE (b)
DROP INDEX s.i; CREATE UNIQUE INDEX i ON s.t (id DESC) INCLUDE (b) WHERE id > 0
DROP INDEX s.i; CREATE UNIQUE INDEX i ON s.t (id DESC) INCLUDE (b) WHERE id > 1
DROP INDEX s.i; CREATE UNIQUE INDEX i ON s.t ((b + 1))
DROP INDEX s.i; CREATE UNIQUE INDEX i ON s.t ((b + 2))
DROP INDEX s.i; CREATE INDEX i ON s.t (id)
DROP INDEX s.i; CREATE INDEX i ON s.far (x)
DROP INDEX s.ti; CREATE INDEX ti ON ONLY s.p (b)
DROP INDEX s.ti; CREATE INDEX ti ON s.t (a)
DROP INDEX s.ti; CREATE INDEX ti ON s.t (a COLLATE "C")
DROP INDEX s.ti; CREATE INDEX ti ON s.t (a COLLATE "C" text_pattern_ops)
DROP INDEX s.ti; CREATE INDEX ti ON s.t USING hash (a COLLATE "C")
DROP INDEX s.ti; CREATE INDEX ti ON s.t USING gist (e)
DROP INDEX s.ti; CREATE INDEX ti ON s.t USING spgist (e)
DROP INDEX s.ti; CREATE INDEX ti ON s.t USING gist (v)
DROP INDEX s.ti; CREATE INDEX ti ON s.t USING gist (v tsvector_ops (siglen = 100))
UPDATE pg_index SET indisready = false WHERE indexrelid = 's.ti'::regclass
UPDATE pg_index SET indisready = true WHERE indexrelid = 's.ti'::regclass
-- pg_trigger, pg_rewrite, pg_policy
CREATE OR REPLACE TRIGGER tr AFTER INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION s.tf()
CREATE OR REPLACE TRIGGER tr AFTER INSERT ON s.t FOR EACH STATEMENT EXECUTE FUNCTION s.tf()
CREATE OR REPLACE TRIGGER tr AFTER INSERT ON s.t FOR EACH STATEMENT EXECUTE FUNCTION s.tf2()
CREATE OR REPLACE TRIGGER tr AFTER UPDATE ON s.t FOR EACH ROW EXECUTE FUNCTION s.tf2()
CREATE OR REPLACE TRIGGER tr AFTER UPDATE OF a ON s.t FOR EACH ROW EXECUTE FUNCTION s.tf2()
CREATE OR REPLACE TRIGGER tr AFTER UPDATE OF a, b ON s.t FOR EACH ROW EXECUTE FUNCTION s.tf2()
CREATE OR REPLACE TRIGGER tr AFTER UPDATE OF a, b ON s.t FOR EACH ROW WHEN (new.b > 0) EXECUTE FUNCTION s.tf2()
CREATE OR REPLACE TRIGGER tr AFTER UPDATE OF a, b ON s.t FOR EACH ROW WHEN (new.b > 1) EXECUTE FUNCTION s.tf2()
CREATE OR REPLACE TRIGGER after AFTER UPDATE ON s.t REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION s.tf()
CREATE OR REPLACE TRIGGER after AFTER UPDATE ON s.t REFERENCING NEW TABLE AS n OLD TABLE AS o FOR EACH STATEMENT EXECUTE FUNCTION s.tf()
DROP TRIGGER ctr ON s.t; CREATE CONSTRAINT TRIGGER ctr AFTER INSERT ON s.t FROM s.far FOR EACH ROW EXECUTE FUNCTION s.tf()
DROP TRIGGER ctr ON s.t; CREATE CONSTRAINT TRIGGER ctr AFTER INSERT ON s.t FROM s.far DEFERRABLE FOR EACH ROW EXECUTE FUNCTION s.tf()
DROP TRIGGER ctr ON s.t; CREATE CONSTRAINT TRIGGER ctr AFTER INSERT ON s.t FROM s.far DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION s.tf()
UPDATE pg_trigger SET tgenabled = 'D' WHERE tgname = 'ptr' AND tgparentid = 0
CREATE OR REPLACE RULE ru AS ON UPDATE TO s.far DO ALSO NOTHING
CREATE OR REPLACE RULE ru AS ON UPDATE TO s.far WHERE old.x > 0 DO ALSO NOTHING
CREATE OR REPLACE RULE ru AS ON UPDATE TO s.far WHERE old.x > 1 DO ALSO NOTHING
CREATE OR REPLACE RULE ru AS ON UPDATE TO s.far WHERE old.x > 1 DO INSTEAD NOTHING
CREATE RULE ru AS ON DELETE TO s.k DO ALSO NOTHING
DROP POLICY po ON s.t; CREATE POLICY po ON s.t FOR UPDATE
DROP POLICY po ON s.t; CREATE POLICY po ON s.t AS RESTRICTIVE FOR UPDATE
CREATE OR REPLACE TRIGGER tr AFTER UPDATE OF a, b ON s.t FOR EACH ROW WHEN (new.b > 1) EXECUTE FUNCTION s.tf2('x')
-- pg_operator, pg_cast, pg_transform, pg_statistic_ext, pg_foreign_server, pg_publication
DROP OPERATOR s.===(integer, integer); CREATE OPERATOR s.=== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4ne)
DROP OPERATOR s.===(integer, integer); CREATE OPERATOR s.=== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4ne, HASHES)
DROP OPERATOR s.===(integer, integer); CREATE OPERATOR s.=== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4ne, HASHES, MERGES)
DROP OPERATOR s.===(integer, integer); CREATE OPERATOR s.=== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4ne, HASHES, MERGES, COMMUTATOR = OPERATOR(s.===))
CREATE CAST (s.d2 AS integer) WITH FUNCTION s.number(s.d2)
UPDATE pg_cast SET castfunc = 's.number2(s.d2)'::regprocedure WHERE castsource = 's.d2'::regtype
CREATE OR REPLACE TRANSFORM FOR point LANGUAGE sql (FROM SQL WITH FUNCTION s.given(internal), TO SQL WITH FUNCTION s.taken(internal))
DROP STATISTICS s.st; CREATE STATISTICS s.st ON a, b FROM s.k
ALTER SERVER srv OWNER TO r_owner
ALTER PUBLICATION pub SET (publish = 'insert, update, delete')
ALTER PUBLICATION pub SET (publish = 'insert, update')
ALTER PUBLICATION pub SET (publish = 'insert')
ALTER PUBLICATION pub SET (publish = '')
-- pg_event_trigger
DROP EVENT TRIGGER et; CREATE EVENT TRIGGER et ON ddl_command_start WHEN TAG IN ('CREATE RULE') EXECUTE FUNCTION s.event()
DROP EVENT TRIGGER et; CREATE EVENT TRIGGER et ON ddl_command_start WHEN TAG IN ('CREATE RULE') EXECUTE FUNCTION s.event2()
-- pg_opclass, pg_amop, pg_amproc
DROP OPERATOR FAMILY s.nearest USING gist CASCADE; CREATE OPERATOR CLASS s.nearest FOR TYPE point USING gist AS OPERATOR 1 >>
DROP OPERATOR FAMILY s.nearest USING gist CASCADE; CREATE OPERATOR CLASS s.nearest FOR TYPE point USING gist AS OPERATOR 1 <-> FOR ORDER BY float_ops
DROP OPERATOR FAMILY s.nearest USING gist CASCADE; CREATE OPERATOR CLASS s.nearest FOR TYPE point USING gist AS OPERATOR 2 <-> FOR ORDER BY float_ops
DROP OPERATOR CLASS s.compared USING btree; CREATE OPERATOR CLASS s.compared FOR TYPE integer USING btree AS FUNCTION 1 s.cmp(integer, integer)
DROP OPERATOR CLASS s.compared USING btree; CREATE OPERATOR CLASS s.compared FOR TYPE integer USING btree AS FUNCTION 1 s.cmp(integer, integer), FUNCTION 1 (integer, bigint) s.cmp(integer, bigint)
UPDATE pg_amproc SET amprocnum = 9 WHERE amproc = 's.cmp(integer, integer)'::regprocedure
UPDATE pg_amproc SET amproclefttype = 'bigint'::regtype WHERE amproc = 's.cmp(integer, integer)'::regprocedure
UPDATE pg_amproc SET amprocrighttype = 'bigint'::regtype WHERE amproc = 's.cmp(integer, integer)'::regprocedure
ALTER OPERATOR FAMILY s.near USING gist ADD OPERATOR 5 |>> (point, point)
ALTER OPERATOR FAMILY s.near USING gist DROP OPERATOR 5 (point, point); ALTER OPERATOR FAMILY s.near USING gist ADD OPERATOR 5 <<| (point, point)
-- pg_attribute of foreign tables
ALTER FOREIGN TABLE s.ft ADD c integer GENERATED ALWAYS AS (a + 1) STORED
ALTER FOREIGN TABLE s.ft ALTER c DROP EXPRESSION
ALTER FOREIGN TABLE s.ft ALTER a ADD GENERATED ALWAYS AS IDENTITY
ALTER FOREIGN TABLE s.ft ALTER a SET START 5
ALTER FOREIGN TABLE s.ft ALTER a SET INCREMENT 5
ALTER FOREIGN TABLE s.ft ALTER a SET MINVALUE -5
ALTER FOREIGN TABLE s.ft ALTER a SET MAXVALUE 500
ALTER FOREIGN TABLE s.ft ALTER a SET CACHE 5
ALTER FOREIGN TABLE s.ft ALTER a SET CYCLE
ALTER SEQUENCE s.ft_a_seq AS bigint
ALTER SEQUENCE s.ft_a_seq SET UNLOGGED -- 15
COMMENT ON SEQUENCE s.ft_a_seq IS 'x'
GRANT USAGE ON SEQUENCE s.ft_a_seq TO r_reader
ALTER FOREIGN TABLE s.ft ADD CONSTRAINT bn NOT NULL b NO INHERIT -- 18
COMMENT ON CONSTRAINT ft_a_not_null ON s.ft IS 'x' -- 18
ALTER TABLE s.remote DETACH PARTITION s.remote1; ALTER TABLE s.remote ATTACH PARTITION s.remote1 FOR VALUES IN (2)
UPDATE pg_attribute SET attcompression = 'p' WHERE attrelid = 's.ft'::regclass AND attname = 'b'
-- what else there is of a kind
CREATE TYPE s.new_range AS RANGE (SUBTYPE = integer)
DROP TYPE s.new_range
ALTER TABLE s.m3 REPLICA IDENTITY FULL
UPDATE pg_trigger SET tgenabled = 'R' WHERE tgname = 'ptr' AND tgparentid <> 0
UPDATE pg_trigger SET tgenabled = 'A' WHERE tgname = 'ptr' AND tgparentid = 0
GRANT USAGE ON TYPE s.rs TO r_reader -- ..16
DROP TABLE s.turned; CREATE TABLE s.turned (a integer, CONSTRAINT ck CHECK (a > 0), CONSTRAINT pk PRIMARY KEY (a), CONSTRAINT fk FOREIGN KEY (a) REFERENCES s.t2) PARTITION BY LIST (a)
