-- PostgreSQL records no names of string bodies, and yet making these runs or inlines them.
CREATE TABLE zz_source (a integer);
CREATE MATERIALIZED VIEW zz_first AS SELECT count(*) AS n FROM zz_source;
CREATE FUNCTION b_read() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT n FROM public.zz_first';
CREATE FUNCTION a_read() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT public.b_read()';
CREATE MATERIALIZED VIEW aa_second AS SELECT a_read() AS n;
CREATE FUNCTION whole() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT a_read(); END;
CREATE MATERIALIZED VIEW aa_third AS SELECT whole() AS n;

CREATE VIEW zz_view AS SELECT a FROM zz_source;
CREATE FUNCTION is_known(x integer) RETURNS boolean LANGUAGE sql IMMUTABLE
    AS 'SELECT EXISTS (SELECT FROM public.zz_view WHERE a = x)';
CREATE TABLE aa_checked (a integer, CONSTRAINT known CHECK (is_known(a)));
CREATE INDEX aa_known ON aa_checked (is_known(a));
CREATE TABLE aa_generated (a integer, b boolean GENERATED ALWAYS AS (is_known(a)) STORED);

-- The body names what needs the routine: it cannot be there before.
CREATE TABLE circle (a integer);
CREATE FUNCTION of_circle() RETURNS bigint LANGUAGE plpgsql IMMUTABLE
    AS 'BEGIN RETURN (SELECT count(*) FROM circle); END';
ALTER TABLE circle ALTER a SET DEFAULT of_circle();
