SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE TYPE "S-1"."Days";

CREATE FUNCTION "S-1".canonical("S-1"."Days") RETURNS "S-1"."Days"
LANGUAGE internal IMMUTABLE STRICT
AS $$int4range_canonical$$;
ALTER FUNCTION "S-1".canonical("S-1"."Days") OWNER TO postgres;

CREATE TYPE "S-1"."Days" AS RANGE (
  SUBTYPE = integer,
  CANONICAL = "S-1".canonical,
  SUBTYPE_DIFF = int4range_subdiff,
  MULTIRANGE_TYPE_NAME = "S-1"."Days_multirange"
);
ALTER TYPE "S-1"."Days" OWNER TO r_owner;
GRANT USAGE ON TYPE "S-1"."Days" TO r_reader;
COMMENT ON TYPE "S-1"."Days" IS 'days';

CREATE FUNCTION public.length("S-1"."Days") RETURNS integer
LANGUAGE sql
RETURN (upper($1) - lower($1));
ALTER FUNCTION public.length("S-1"."Days") OWNER TO postgres;

CREATE TABLE public.t (
  d "S-1"."Days" DEFAULT "S-1"."Days"(1, 5)
);
ALTER TABLE public.t OWNER TO postgres;
