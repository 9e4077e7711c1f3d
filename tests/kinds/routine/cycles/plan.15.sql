SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.h() RETURNS integer
LANGUAGE sql
AS $$SELECT NULL::integer$$;
ALTER FUNCTION public.h() OWNER TO postgres;
REVOKE EXECUTE ON FUNCTION public.h() FROM PUBLIC;

CREATE FUNCTION public.g(a integer DEFAULT 1) RETURNS integer
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
 SELECT public.h() AS h;
END;
ALTER FUNCTION public.g(integer) OWNER TO r_owner;
COMMENT ON FUNCTION public.g(integer) IS 'calls h';

CREATE OR REPLACE FUNCTION public.h() RETURNS integer
LANGUAGE sql
BEGIN ATOMIC
 SELECT public.g() AS g;
END;

CREATE TABLE public.t (
  id integer,
  a integer
);
ALTER TABLE public.t OWNER TO postgres;

CREATE FUNCTION public.last_id() RETURNS integer
LANGUAGE sql
BEGIN ATOMIC
 SELECT max(t.id) AS max
    FROM public.t;
END;
ALTER FUNCTION public.last_id() OWNER TO postgres;

ALTER TABLE ONLY public.t ALTER COLUMN a SET DEFAULT public.last_id();

CREATE FUNCTION public.ok(public.t) RETURNS boolean
LANGUAGE sql
BEGIN ATOMIC
 SELECT (($1).id > count(*))
    FROM public.t;
END;
ALTER FUNCTION public.ok(public.t) OWNER TO postgres;

CREATE FUNCTION public.rows_of(r public.t) RETURNS TABLE(x integer, y text)
LANGUAGE sql
BEGIN ATOMIC
 SELECT (r).id AS id,
     'a'::text AS text;
END;
ALTER FUNCTION public.rows_of(public.t) OWNER TO postgres;

ALTER TABLE public.t ADD CONSTRAINT t_check CHECK (public.ok(t.*));
