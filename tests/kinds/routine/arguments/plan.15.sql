SET LOCAL check_function_bodies = off;

CREATE TYPE public."E" AS ENUM ('a', 'b');
ALTER TYPE public."E" OWNER TO postgres;

CREATE FUNCTION public."Fn, (x)"("table" integer) RETURNS integer
LANGUAGE sql
AS $$SELECT 1$$;
ALTER FUNCTION public."Fn, (x)"(integer) OWNER TO postgres;
COMMENT ON FUNCTION public."Fn, (x)"(integer) IS 'quoted';

CREATE FUNCTION public.a_record() RETURNS record
LANGUAGE sql
AS $$SELECT 1, 2$$;
ALTER FUNCTION public.a_record() OWNER TO postgres;

CREATE FUNCTION public.a_table(a integer, "out" text DEFAULT 'b'::text) RETURNS TABLE("The a" integer, b character varying)
LANGUAGE sql
AS $$SELECT 1, 'x'$$;
ALTER FUNCTION public.a_table(integer, text) OWNER TO postgres;

CREATE FUNCTION public.a_table_of_one() RETURNS TABLE(x integer)
LANGUAGE sql
AS $$SELECT 1$$;
ALTER FUNCTION public.a_table_of_one() OWNER TO postgres;

CREATE FUNCTION public.any_of(anyelement, anyarray, anycompatible, VARIADIC "any") RETURNS anyelement
LANGUAGE internal
AS $$int4abs$$;
ALTER FUNCTION public.any_of(anyelement, anyarray, anycompatible, "any") OWNER TO postgres;

CREATE FUNCTION public.f(integer) RETURNS integer
LANGUAGE sql
AS $$SELECT 1$$;
ALTER FUNCTION public.f(integer) OWNER TO postgres;
COMMENT ON FUNCTION public.f(integer) IS 'one';

CREATE FUNCTION public.f(integer, integer DEFAULT 1) RETURNS integer
LANGUAGE sql
AS $$SELECT 2$$;
ALTER FUNCTION public.f(integer, integer) OWNER TO postgres;

CREATE FUNCTION public.f(public."E", public."E"[]) RETURNS public."E"
LANGUAGE sql
AS $$SELECT $1$$;
ALTER FUNCTION public.f(public."E", public."E"[]) OWNER TO postgres;
COMMENT ON FUNCTION public.f(public."E", public."E"[]) IS 'an enum';

CREATE FUNCTION public.f(text) RETURNS integer
LANGUAGE sql
AS $$SELECT 3$$;
ALTER FUNCTION public.f(text) OWNER TO postgres;

CREATE FUNCTION public.modes(a integer, OUT b text, INOUT c numeric, VARIADIC d integer[] DEFAULT '{}'::integer[]) RETURNS record
LANGUAGE sql
AS $$SELECT 'x', 1.0$$;
ALTER FUNCTION public.modes(integer, numeric, integer[]) OWNER TO postgres;
COMMENT ON FUNCTION public.modes(integer, numeric, integer[]) IS 'modes';

CREATE FUNCTION public.on_change() RETURNS trigger
LANGUAGE plpgsql
AS $$BEGIN RETURN NEW; END$$;
ALTER FUNCTION public.on_change() OWNER TO postgres;

CREATE FUNCTION public.on_command() RETURNS event_trigger
LANGUAGE plpgsql
AS $$BEGIN END$$;
ALTER FUNCTION public.on_command() OWNER TO postgres;

CREATE FUNCTION public.one_out(OUT "Only" character) RETURNS character
LANGUAGE sql
AS $$SELECT 'x'::char(3)$$;
ALTER FUNCTION public.one_out() OWNER TO postgres;

CREATE FUNCTION public.some_defaults(a integer DEFAULT (1 + 1), b text DEFAULT NULL::text, c public."E" DEFAULT 'a'::public."E", d timestamp with time zone DEFAULT '2023-12-31 23:00:00+00'::timestamp with time zone, e text DEFAULT lower('X'::text), f integer DEFAULT public.f('x'::text)) RETURNS void
LANGUAGE sql
AS $$$$;
ALTER FUNCTION public.some_defaults(integer, text, public."E", timestamp with time zone, text, integer) OWNER TO postgres;

CREATE TABLE public."Row" (
  a integer,
  b text
);
ALTER TABLE public."Row" OWNER TO postgres;

CREATE FUNCTION public.f(public."Row") RETURNS SETOF public."Row"
LANGUAGE sql
AS $$SELECT $1.*$$;
ALTER FUNCTION public.f(public."Row") OWNER TO postgres;
