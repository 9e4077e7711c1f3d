SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.broken() RETURNS integer
LANGUAGE plpgsql
AS $$this is no plpgsql$$;
ALTER FUNCTION public.broken() OWNER TO postgres;

CREATE FUNCTION public.carriage_return() RETURNS integer
LANGUAGE sql
AS $$SELECT 1
 -- \ it's
$$;
ALTER FUNCTION public.carriage_return() OWNER TO postgres;

CREATE FUNCTION public.dollars() RETURNS text
LANGUAGE sql
AS $q2$SELECT $$a$$ || $q1$b$q1$ || '$'$q2$;
ALTER FUNCTION public.dollars() OWNER TO postgres;

CREATE FUNCTION public.empty_atomic() RETURNS void
LANGUAGE sql
BEGIN ATOMIC
END;
ALTER FUNCTION public.empty_atomic() OWNER TO postgres;

CREATE FUNCTION public.ends_in_dollar() RETURNS text
LANGUAGE plpgsql
AS $q1$BEGIN RETURN 1; END -- $$q1$;
ALTER FUNCTION public.ends_in_dollar() OWNER TO postgres;

CREATE FUNCTION public.expression(a integer) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN (a || 'x'::text);
ALTER FUNCTION public.expression(integer) OWNER TO postgres;

CREATE FUNCTION public.no_lines() RETURNS void
LANGUAGE sql
AS $$$$;
ALTER FUNCTION public.no_lines() OWNER TO postgres;

CREATE FUNCTION public.reads_later() RETURNS bigint
LANGUAGE sql
AS $$SELECT count(*) FROM made_later$$;
ALTER FUNCTION public.reads_later() OWNER TO postgres;

CREATE FUNCTION public.semicolons() RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM ';'; /* ; */ -- ;
END;
$$;
ALTER FUNCTION public.semicolons() OWNER TO postgres;

CREATE FUNCTION public.spaces() RETURNS integer
LANGUAGE sql
AS $$
   SELECT 1   

	-- a tab and spaces at the end  
  $$;
ALTER FUNCTION public.spaces() OWNER TO postgres;

CREATE TABLE public.made_later (
  a integer
);
ALTER TABLE public.made_later OWNER TO postgres;

CREATE TABLE public.t (
  id integer,
  a text
);
ALTER TABLE public.t OWNER TO postgres;

CREATE FUNCTION public.atomic(a integer, b integer DEFAULT 2) RETURNS integer
LANGUAGE sql STABLE
BEGIN ATOMIC
 SELECT a AS a;
 SELECT
         CASE
             WHEN (atomic.b > 1) THEN max(t.id)
             ELSE 0
         END AS "case"
    FROM public.t
   WHERE (t.a <> ';'::text);
END;
ALTER FUNCTION public.atomic(integer, integer) OWNER TO postgres;

CREATE PROCEDURE public.atomic_insert(a integer)
LANGUAGE sql
BEGIN ATOMIC
 INSERT INTO public.t (id, a)
   VALUES (atomic_insert.a, 'END;'::text);
END;
ALTER PROCEDURE public.atomic_insert(IN integer) OWNER TO postgres;
