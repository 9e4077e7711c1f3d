SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE TYPE "S-1"."Later";
ALTER TYPE "S-1"."Later" OWNER TO r_owner;
COMMENT ON TYPE "S-1"."Later" IS 'it''s to come';

CREATE TYPE public.alone;
ALTER TYPE public.alone OWNER TO postgres;

CREATE FUNCTION public.later(cstring) RETURNS "S-1"."Later"
LANGUAGE internal STRICT
AS $$int4in$$;
ALTER FUNCTION public.later(cstring) OWNER TO postgres;
