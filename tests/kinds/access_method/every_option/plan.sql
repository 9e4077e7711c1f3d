SET LOCAL check_function_bodies = off;

CREATE SCHEMA s;
ALTER SCHEMA s OWNER TO postgres;

CREATE FUNCTION s.handler(internal) RETURNS index_am_handler
LANGUAGE internal
AS $$bthandler$$;
ALTER FUNCTION s.handler(internal) OWNER TO postgres;

CREATE ACCESS METHOD "Heap-2" TYPE TABLE HANDLER heap_tableam_handler;
COMMENT ON ACCESS METHOD "Heap-2" IS 'it''s heap again';

CREATE ACCESS METHOD btree2 TYPE INDEX HANDLER s.handler;

CREATE OPERATOR FAMILY s.ops USING btree2;
ALTER OPERATOR FAMILY s.ops USING btree2 OWNER TO postgres;

CREATE OPERATOR CLASS s.ops DEFAULT FOR TYPE integer USING btree2 FAMILY s.ops AS
  OPERATOR 1 pg_catalog.<(integer, integer),
  OPERATOR 2 pg_catalog.<=(integer, integer),
  OPERATOR 3 pg_catalog.=(integer, integer),
  OPERATOR 4 pg_catalog.>=(integer, integer),
  OPERATOR 5 pg_catalog.>(integer, integer),
  FUNCTION 1 (integer, integer) btint4cmp(integer,integer);
ALTER OPERATOR CLASS s.ops USING btree2 OWNER TO postgres;

CREATE TABLE s.t (
  a integer
) USING "Heap-2";
ALTER TABLE s.t OWNER TO postgres;

CREATE MATERIALIZED VIEW s.m USING "Heap-2" AS
 SELECT a
   FROM s.t;
ALTER MATERIALIZED VIEW s.m OWNER TO postgres;
