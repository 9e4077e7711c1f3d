SET LOCAL check_function_bodies = off;

CREATE SCHEMA "X-1";
ALTER SCHEMA "X-1" OWNER TO postgres;

CREATE EXTENSION cube WITH SCHEMA public;

CREATE EXTENSION earthdistance WITH SCHEMA public;

CREATE EXTENSION hstore WITH SCHEMA "X-1";
COMMENT ON EXTENSION hstore IS 'it''s ours';

CREATE EXTENSION pg_trgm WITH SCHEMA public;
COMMENT ON EXTENSION pg_trgm IS '';

CREATE DOMAIN public.attributes AS "X-1".hstore DEFAULT ''::"X-1".hstore;
ALTER DOMAIN public.attributes OWNER TO postgres;

CREATE FUNCTION public.keys("X-1".hstore) RETURNS text[]
LANGUAGE sql IMMUTABLE
RETURN "X-1".akeys($1);
ALTER FUNCTION public.keys("X-1".hstore) OWNER TO postgres;
