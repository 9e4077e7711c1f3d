SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE CAST (xid AS integer) WITHOUT FUNCTION;
COMMENT ON CAST (xid AS integer) IS 'binary';

CREATE TYPE "S-1"."Mood" AS ENUM ('1', '2');
ALTER TYPE "S-1"."Mood" OWNER TO postgres;

CREATE CAST ("S-1"."Mood" AS double precision) WITH INOUT;

CREATE CAST ("S-1"."Mood" AS smallint) WITH INOUT AS ASSIGNMENT;

CREATE CAST ("S-1"."Mood" AS timestamp with time zone) WITH INOUT AS IMPLICIT;

CREATE CAST ("char" AS "S-1"."Mood") WITH INOUT;

CREATE TYPE public.pair AS (a integer, b integer);
ALTER TYPE public.pair OWNER TO postgres;

CREATE TYPE public.span AS RANGE (SUBTYPE = integer, MULTIRANGE_TYPE_NAME = public.spans);
ALTER TYPE public.span OWNER TO postgres;

CREATE CAST (public.spans AS text) WITH INOUT AS ASSIGNMENT;

CREATE DOMAIN public.real_domain AS double precision DEFAULT ('1'::"S-1"."Mood")::double precision;
ALTER DOMAIN public.real_domain OWNER TO postgres;

ALTER DOMAIN public.real_domain ADD CONSTRAINT rounded CHECK ((VALUE > ('2'::"S-1"."Mood")::double precision));

CREATE FUNCTION "S-1".mood("S-1"."Mood") RETURNS integer
LANGUAGE sql IMMUTABLE STRICT
AS $$SELECT 7$$;
ALTER FUNCTION "S-1".mood("S-1"."Mood") OWNER TO postgres;

CREATE CAST ("S-1"."Mood" AS integer) WITH FUNCTION "S-1".mood("S-1"."Mood");
COMMENT ON CAST ("S-1"."Mood" AS integer) IS 'it''s a number';

CREATE DOMAIN public.a_domain AS integer DEFAULT ('1'::"S-1"."Mood")::integer;
ALTER DOMAIN public.a_domain OWNER TO postgres;

CREATE FUNCTION "S-1".mood("S-1"."Mood", integer, boolean) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$SELECT 7::bigint$$;
ALTER FUNCTION "S-1".mood("S-1"."Mood", integer, boolean) OWNER TO postgres;

CREATE CAST ("S-1"."Mood" AS bigint) WITH FUNCTION "S-1".mood("S-1"."Mood",integer,boolean) AS IMPLICIT;

CREATE FUNCTION public.made(text) RETURNS public.pair
LANGUAGE sql IMMUTABLE
AS $$SELECT NULL::pair$$;
ALTER FUNCTION public.made(text) OWNER TO postgres;

CREATE CAST (text AS public.pair) WITH FUNCTION public.made(text) AS ASSIGNMENT;

CREATE FUNCTION public.moods("S-1"."Mood"[]) RETURNS integer[]
LANGUAGE sql IMMUTABLE
AS $$SELECT '{}'::integer[]$$;
ALTER FUNCTION public.moods("S-1"."Mood"[]) OWNER TO postgres;

CREATE CAST ("S-1"."Mood"[] AS integer[]) WITH FUNCTION public.moods("S-1"."Mood"[]);

CREATE FUNCTION public.short(character, integer) RETURNS "S-1"."Mood"
LANGUAGE sql IMMUTABLE
AS $$SELECT NULL::"S-1"."Mood"$$;
ALTER FUNCTION public.short(character, integer) OWNER TO postgres;

CREATE CAST (character AS "S-1"."Mood") WITH FUNCTION public.short(character,integer);

CREATE TABLE public."a table" (
  a integer,
  b integer
);
ALTER TABLE public."a table" OWNER TO postgres;

CREATE FUNCTION public.whole(public."a table") RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$SELECT '{}'::jsonb$$;
ALTER FUNCTION public.whole(public."a table") OWNER TO postgres;

CREATE CAST (public."a table" AS jsonb) WITH FUNCTION public.whole(public."a table");

CREATE VIEW public.a_view AS
 SELECT ('1'::"S-1"."Mood")::double precision AS n,
    ('x'::text)::public.pair AS p;
ALTER VIEW public.a_view OWNER TO postgres;
