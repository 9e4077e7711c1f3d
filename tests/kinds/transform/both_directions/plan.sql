SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE TRUSTED LANGUAGE "The Tongue" HANDLER plpgsql_call_handler;
ALTER LANGUAGE "The Tongue" OWNER TO postgres;

CREATE TRANSFORM FOR integer LANGUAGE sql (
  FROM SQL WITH FUNCTION prsd_lextype(internal),
  TO SQL WITH FUNCTION int4recv(internal)
);

CREATE TRANSFORM FOR timestamp with time zone LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal));

CREATE TYPE "S-1"."Mood" AS ENUM ('a');
ALTER TYPE "S-1"."Mood" OWNER TO postgres;

CREATE FUNCTION "S-1".given(internal) RETURNS internal
LANGUAGE internal IMMUTABLE STRICT
AS $$prsd_lextype$$;
ALTER FUNCTION "S-1".given(internal) OWNER TO postgres;

CREATE FUNCTION "S-1".taken(internal) RETURNS "S-1"."Mood"
LANGUAGE internal IMMUTABLE STRICT
AS $$int4recv$$;
ALTER FUNCTION "S-1".taken(internal) OWNER TO postgres;

CREATE TRANSFORM FOR "S-1"."Mood" LANGUAGE "The Tongue" (TO SQL WITH FUNCTION "S-1".taken(internal));
COMMENT ON TRANSFORM FOR "S-1"."Mood" LANGUAGE "The Tongue" IS 'it''s one way';

CREATE TRANSFORM FOR "S-1"."Mood" LANGUAGE plpgsql (
  FROM SQL WITH FUNCTION "S-1".given(internal),
  TO SQL WITH FUNCTION "S-1".taken(internal)
);

CREATE FUNCTION public.a_user("S-1"."Mood") RETURNS integer
LANGUAGE plpgsql TRANSFORM FOR TYPE "S-1"."Mood"
AS $$BEGIN RETURN 1; END$$;
ALTER FUNCTION public.a_user("S-1"."Mood") OWNER TO postgres;
