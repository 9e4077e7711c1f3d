SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE FUNCTION "S-1".start(integer) RETURNS integer
LANGUAGE sql
AS $$SELECT 1$$;
ALTER FUNCTION "S-1".start(integer) OWNER TO postgres;

CREATE FUNCTION "S-1".start(internal, integer) RETURNS internal
LANGUAGE internal STRICT
AS $$prsd_start$$;
ALTER FUNCTION "S-1".start(internal, integer) OWNER TO postgres;

CREATE FUNCTION "S-1".types(internal) RETURNS internal
LANGUAGE internal STRICT
AS $$prsd_lextype$$;
ALTER FUNCTION "S-1".types(internal) OWNER TO postgres;

CREATE TEXT SEARCH PARSER "S-1"."It's" (
  START = "S-1".start,
  GETTOKEN = prsd_nexttoken,
  END = prsd_end,
  HEADLINE = prsd_headline,
  LEXTYPES = "S-1".types
);
COMMENT ON TEXT SEARCH PARSER "S-1"."It's" IS 'it''s whole';

CREATE TEXT SEARCH PARSER public.plain (
  START = prsd_start,
  GETTOKEN = prsd_nexttoken,
  END = prsd_end,
  LEXTYPES = prsd_lextype
);

CREATE TEXT SEARCH CONFIGURATION public.a_first (PARSER = "S-1"."It's");
ALTER TEXT SEARCH CONFIGURATION public.a_first OWNER TO postgres;
