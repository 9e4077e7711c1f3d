-- Two functions with bodies that call each other, and one that reads a table which calls it.
CREATE FUNCTION g(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION h() RETURNS integer BEGIN ATOMIC SELECT g(); END;
CREATE OR REPLACE FUNCTION g(a integer DEFAULT 1) RETURNS integer IMMUTABLE BEGIN ATOMIC SELECT h(); END;
COMMENT ON FUNCTION g(integer) IS 'calls h';
ALTER FUNCTION g(integer) OWNER TO r_owner;
REVOKE EXECUTE ON FUNCTION h() FROM PUBLIC;

CREATE TABLE t (id integer, a integer);
CREATE FUNCTION last_id() RETURNS integer BEGIN ATOMIC SELECT max(id) FROM t; END;
ALTER TABLE t ALTER a SET DEFAULT last_id();
CREATE FUNCTION rows_of(r t) RETURNS TABLE(x integer, y text) BEGIN ATOMIC SELECT r.id, 'a'::text; END;
CREATE FUNCTION ok(t) RETURNS boolean BEGIN ATOMIC SELECT $1.id > count(*) FROM t; END;
ALTER TABLE t ADD CHECK (ok(t));
