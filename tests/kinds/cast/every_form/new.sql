-- Every method and context, between types of all kinds.
CREATE SCHEMA "S-1";
CREATE TYPE "S-1"."Mood" AS ENUM ('1', '2');
CREATE TYPE pair AS (a integer, b integer);
CREATE TYPE span AS RANGE (SUBTYPE = integer, MULTIRANGE_TYPE_NAME = spans);
CREATE TABLE "a table" (a integer, b integer);
CREATE FUNCTION "S-1".mood("S-1"."Mood") RETURNS integer LANGUAGE sql IMMUTABLE STRICT
    AS 'SELECT 7';
CREATE FUNCTION "S-1".mood("S-1"."Mood", integer, boolean) RETURNS bigint LANGUAGE sql IMMUTABLE
    AS 'SELECT 7::bigint';
CREATE FUNCTION made(text) RETURNS pair LANGUAGE sql IMMUTABLE AS 'SELECT NULL::pair';
CREATE FUNCTION moods("S-1"."Mood"[]) RETURNS integer[] LANGUAGE sql IMMUTABLE
    AS 'SELECT ''{}''::integer[]';
CREATE FUNCTION whole("a table") RETURNS jsonb LANGUAGE sql IMMUTABLE AS 'SELECT ''{}''::jsonb';
CREATE FUNCTION short(character, integer) RETURNS "S-1"."Mood" LANGUAGE sql IMMUTABLE
    AS 'SELECT NULL::"S-1"."Mood"';
CREATE CAST ("S-1"."Mood" AS integer) WITH FUNCTION "S-1".mood("S-1"."Mood");
CREATE CAST ("S-1"."Mood" AS bigint)
    WITH FUNCTION "S-1".mood("S-1"."Mood", integer, boolean) AS IMPLICIT;
CREATE CAST ("S-1"."Mood" AS smallint) WITH INOUT AS ASSIGNMENT;
CREATE CAST ("S-1"."Mood" AS double precision) WITH INOUT;
CREATE CAST ("S-1"."Mood" AS timestamp with time zone) WITH INOUT AS IMPLICIT;
CREATE CAST (text AS pair) WITH FUNCTION made(text) AS ASSIGNMENT;
CREATE CAST ("S-1"."Mood"[] AS integer[]) WITH FUNCTION moods("S-1"."Mood"[]);
CREATE CAST ("a table" AS jsonb) WITH FUNCTION whole("a table");
CREATE CAST (character AS "S-1"."Mood") WITH FUNCTION short(character, integer);
CREATE CAST ("char" AS "S-1"."Mood") WITH INOUT;
CREATE CAST (xid AS integer) WITHOUT FUNCTION;
CREATE CAST (spans AS text) WITH INOUT AS ASSIGNMENT;
COMMENT ON CAST ("S-1"."Mood" AS integer) IS 'it''s a number';
COMMENT ON CAST (xid AS integer) IS 'binary';
-- No dependency is recorded on the cast itself.
CREATE DOMAIN a_domain AS integer DEFAULT ('1'::"S-1"."Mood")::integer;
CREATE DOMAIN real_domain AS double precision DEFAULT ('1'::"S-1"."Mood")::double precision
    CONSTRAINT rounded CHECK (VALUE > ('2'::"S-1"."Mood")::double precision);
CREATE VIEW a_view AS SELECT ('1'::"S-1"."Mood")::double precision AS n, 'x'::text::pair AS p;
