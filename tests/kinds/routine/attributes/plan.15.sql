SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;
GRANT USAGE ON SCHEMA "S-1" TO r_reader;

CREATE EXTENSION hstore WITH SCHEMA public;

CREATE DOMAIN "S-1".text AS text;
ALTER DOMAIN "S-1".text OWNER TO postgres;

CREATE FUNCTION "S-1"."Every"("a B" integer, "select" text DEFAULT 'it''s'::text, double precision DEFAULT 1) RETURNS SETOF "S-1".text
LANGUAGE plpgsql STABLE LEAKPROOF STRICT SECURITY DEFINER PARALLEL RESTRICTED COST 0.1 ROWS 7
SET work_mem TO '64MB'
AS $$BEGIN RETURN; END$$;
ALTER FUNCTION "S-1"."Every"(integer, text, double precision) OWNER TO r_owner;
REVOKE EXECUTE ON FUNCTION "S-1"."Every"(integer, text, double precision) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "S-1"."Every"(integer, text, double precision) TO r_reader WITH GRANT OPTION;
SET LOCAL ROLE r_reader;
GRANT EXECUTE ON FUNCTION "S-1"."Every"(integer, text, double precision) TO pg_monitor;
RESET ROLE;
COMMENT ON FUNCTION "S-1"."Every"(integer, text, double precision) IS 'it''s everything';

CREATE FUNCTION public.cheap(integer) RETURNS integer
LANGUAGE internal COST 100
AS $$int4abs$$;
ALTER FUNCTION public.cheap(integer) OWNER TO postgres;

CREATE FUNCTION public.costly() RETURNS integer
LANGUAGE sql COST 1.234567e+06
AS $$SELECT 1$$;
ALTER FUNCTION public.costly() OWNER TO postgres;

CREATE FUNCTION public.definer() RETURNS integer
LANGUAGE sql SECURITY DEFINER
AS $$SELECT 1$$;
ALTER FUNCTION public.definer() OWNER TO postgres;

CREATE FUNCTION public.from_library(internal) RETURNS internal
LANGUAGE c STRICT
AS '$libdir/plpgsql', 'plpgsql_call_handler';
ALTER FUNCTION public.from_library(internal) OWNER TO postgres;

CREATE FUNCTION public.immutable() RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$SELECT 1$$;
ALTER FUNCTION public.immutable() OWNER TO postgres;

CREATE FUNCTION public.little() RETURNS SETOF integer
LANGUAGE sql COST 0.333333 ROWS 0.25
AS $$SELECT 1$$;
ALTER FUNCTION public.little() OWNER TO postgres;

CREATE FUNCTION public.one_row() RETURNS SETOF integer
LANGUAGE sql ROWS 1
AS $$SELECT 1$$;
ALTER FUNCTION public.one_row() OWNER TO postgres;

CREATE FUNCTION public.plain() RETURNS integer
LANGUAGE sql
AS $$SELECT 1$$;
ALTER FUNCTION public.plain() OWNER TO postgres;
REVOKE EXECUTE ON FUNCTION public.plain() FROM postgres;
REVOKE EXECUTE ON FUNCTION public.plain() FROM PUBLIC;
ALTER FUNCTION public.plain() DEPENDS ON EXTENSION hstore;

CREATE FUNCTION public.safe() RETURNS integer
LANGUAGE sql PARALLEL SAFE
AS $$SELECT 1$$;
ALTER FUNCTION public.safe() OWNER TO postgres;

CREATE FUNCTION public.stable() RETURNS integer
LANGUAGE sql STABLE
AS $$SELECT 1$$;
ALTER FUNCTION public.stable() OWNER TO postgres;

CREATE FUNCTION public.strict(integer) RETURNS integer
LANGUAGE sql STRICT
AS $$SELECT 1$$;
ALTER FUNCTION public.strict(integer) OWNER TO postgres;

CREATE FUNCTION public.supported(integer, integer) RETURNS SETOF integer
LANGUAGE internal IMMUTABLE STRICT SUPPORT generate_series_int4_support
AS $$generate_series_int4$$;
ALTER FUNCTION public.supported(integer, integer) OWNER TO postgres;

CREATE FUNCTION public.usual_rows() RETURNS SETOF integer
LANGUAGE sql
AS $$SELECT 1$$;
ALTER FUNCTION public.usual_rows() OWNER TO postgres;

CREATE FUNCTION public.windowed() RETURNS bigint
LANGUAGE internal WINDOW
AS $$window_row_number$$;
ALTER FUNCTION public.windowed() OWNER TO postgres;
