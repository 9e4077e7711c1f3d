SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.a_read() RETURNS bigint
LANGUAGE sql STABLE
AS $$SELECT public.b_read()$$;
ALTER FUNCTION public.a_read() OWNER TO postgres;

CREATE FUNCTION public.b_read() RETURNS bigint
LANGUAGE sql STABLE
AS $$SELECT n FROM public.zz_first$$;
ALTER FUNCTION public.b_read() OWNER TO postgres;

CREATE FUNCTION public.is_known(x integer) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT EXISTS (SELECT FROM public.zz_view WHERE a = x)$$;
ALTER FUNCTION public.is_known(integer) OWNER TO postgres;

CREATE FUNCTION public.of_circle() RETURNS bigint
LANGUAGE plpgsql IMMUTABLE
AS $$BEGIN RETURN (SELECT count(*) FROM circle); END$$;
ALTER FUNCTION public.of_circle() OWNER TO postgres;

CREATE TABLE public.aa_checked (
  a integer
);
ALTER TABLE public.aa_checked OWNER TO postgres;

CREATE TABLE public.circle (
  a integer DEFAULT public.of_circle()
);
ALTER TABLE public.circle OWNER TO postgres;

CREATE TABLE public.zz_source (
  a integer
);
ALTER TABLE public.zz_source OWNER TO postgres;

CREATE VIEW public.zz_view AS
 SELECT a
   FROM public.zz_source;
ALTER VIEW public.zz_view OWNER TO postgres;

CREATE TABLE public.aa_generated (
  a integer,
  b boolean GENERATED ALWAYS AS (public.is_known(a)) STORED
);
ALTER TABLE public.aa_generated OWNER TO postgres;

CREATE INDEX aa_known ON public.aa_checked USING btree (public.is_known(a));

ALTER TABLE public.aa_checked ADD CONSTRAINT known CHECK (public.is_known(a));

CREATE MATERIALIZED VIEW public.zz_first AS
 SELECT count(*) AS n
   FROM public.zz_source;
ALTER MATERIALIZED VIEW public.zz_first OWNER TO postgres;

CREATE FUNCTION public.whole() RETURNS bigint
LANGUAGE sql STABLE
BEGIN ATOMIC
 SELECT public.a_read() AS a_read;
END;
ALTER FUNCTION public.whole() OWNER TO postgres;

CREATE MATERIALIZED VIEW public.aa_second AS
 SELECT public.a_read() AS n;
ALTER MATERIALIZED VIEW public.aa_second OWNER TO postgres;

CREATE MATERIALIZED VIEW public.aa_third AS
 SELECT public.whole() AS n;
ALTER MATERIALIZED VIEW public.aa_third OWNER TO postgres;
