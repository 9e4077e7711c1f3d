-- A canonical function takes the type that calls it, which must be a shell before.
CREATE SCHEMA "S-1";
CREATE TYPE "S-1"."Days";
CREATE FUNCTION "S-1".canonical("S-1"."Days") RETURNS "S-1"."Days"
    LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE "S-1"."Days" AS RANGE (
    SUBTYPE = integer, CANONICAL = "S-1".canonical, SUBTYPE_DIFF = int4range_subdiff);
CREATE FUNCTION length("S-1"."Days") RETURNS integer LANGUAGE sql RETURN upper($1) - lower($1);
CREATE TABLE t (d "S-1"."Days" DEFAULT "S-1"."Days"(1, 5));
ALTER TYPE "S-1"."Days" OWNER TO r_owner;
GRANT USAGE ON TYPE "S-1"."Days" TO r_reader;
COMMENT ON TYPE "S-1"."Days" IS 'days';
