SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.current_path() RETURNS integer
LANGUAGE sql
SET search_path TO '$user', 'public', 'pg_temp'
AS $$SELECT 1$$;
ALTER FUNCTION public.current_path() OWNER TO postgres;

CREATE FUNCTION public.empty_path() RETURNS integer
LANGUAGE sql
SET search_path TO ''
AS $$SELECT 1$$;
ALTER FUNCTION public.empty_path() OWNER TO postgres;

CREATE FUNCTION public.many() RETURNS integer
LANGUAGE sql
SET statement_timeout TO '5s'
SET "my.Setting" TO 'it''s'
SET "DateStyle" TO 'ISO, DMY'
SET "TimeZone" TO 'Europe/Berlin'
SET "app.empty" TO ''
SET enable_seqscan TO 'off'
SET application_name TO E'a\\b'
SET random_page_cost TO '1.1'
SET role TO 'r_owner'
SET lock_timeout TO '0'
SET temp_tablespaces TO ''
AS $$SELECT 1$$;
ALTER FUNCTION public.many() OWNER TO postgres;

CREATE FUNCTION public.odd_path() RETURNS integer
LANGUAGE sql
SET search_path TO 'pg_catalog', 'public', 'X'
AS $$SELECT 1$$;
ALTER FUNCTION public.odd_path() OWNER TO postgres;

CREATE FUNCTION public.path() RETURNS integer
LANGUAGE sql
SET search_path TO '$user', 'public', 'My, Schema', 'with "quotes"'
AS $$SELECT 1$$;
ALTER FUNCTION public.path() OWNER TO postgres;

CREATE FUNCTION public.path_of_one() RETURNS integer
LANGUAGE sql
SET search_path TO 'a, b'
AS $$SELECT 1$$;
ALTER FUNCTION public.path_of_one() OWNER TO postgres;

CREATE PROCEDURE public.proc()
LANGUAGE sql
SET work_mem TO '1MB'
SET search_path TO 'pg_catalog', 'pg_temp'
AS $$SELECT 1$$;
ALTER PROCEDURE public.proc() OWNER TO postgres;
