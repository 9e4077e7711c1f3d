SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S 1";
ALTER SCHEMA "S 1" OWNER TO postgres;
GRANT CREATE ON SCHEMA "S 1" TO r_owner;

CREATE FUNCTION "S 1".twice(integer) RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$SELECT $1 * 2$$;
ALTER FUNCTION "S 1".twice(integer) OWNER TO postgres;

CREATE FOREIGN DATA WRAPPER w;
ALTER FOREIGN DATA WRAPPER w OWNER TO postgres;

CREATE SERVER s FOREIGN DATA WRAPPER w;
ALTER SERVER s OWNER TO postgres;

CREATE TABLE public.p (
  a integer,
  b integer
) PARTITION BY LIST (a);
ALTER TABLE public.p OWNER TO postgres;

CREATE TABLE public.t (
  a integer,
  "B b" text COLLATE pg_catalog."C",
  c date,
  d integer
);
ALTER TABLE public.t OWNER TO postgres;

CREATE FOREIGN TABLE public.f (
  a integer,
  b integer
) SERVER s;
ALTER FOREIGN TABLE public.f OWNER TO postgres;

CREATE STATISTICS "S 1"."Odd one" (ndistinct) ON a, lower("B b"), "S 1".twice(d) FROM public.t;
ALTER STATISTICS "S 1"."Odd one" OWNER TO r_owner;
COMMENT ON STATISTICS "S 1"."Odd one" IS 'it''s odd';

CREATE STATISTICS public.alone ON (a + d) FROM public.t;
ALTER STATISTICS public.alone OWNER TO postgres;

CREATE STATISTICS public.depends (dependencies) ON a, d FROM public.t;
ALTER STATISTICS public.depends OWNER TO postgres;

CREATE STATISTICS public.every ON "B b", a FROM public.t;
ALTER STATISTICS public.every SET STATISTICS 0;
ALTER STATISTICS public.every OWNER TO postgres;

CREATE STATISTICS public.of_far ON a, b FROM public.f;
ALTER STATISTICS public.of_far OWNER TO postgres;

CREATE STATISTICS public.of_parts ON a, b FROM public.p;
ALTER STATISTICS public.of_parts OWNER TO postgres;

CREATE STATISTICS public.two (ndistinct, mcv) ON a, c FROM public.t;
ALTER STATISTICS public.two SET STATISTICS 1234;
ALTER STATISTICS public.two OWNER TO postgres;

CREATE MATERIALIZED VIEW public.m AS
 SELECT t.a,
    t.d
   FROM public.t;
ALTER MATERIALIZED VIEW public.m OWNER TO postgres;

CREATE STATISTICS public.of_rows ON a, d FROM public.m;
ALTER STATISTICS public.of_rows OWNER TO postgres;
