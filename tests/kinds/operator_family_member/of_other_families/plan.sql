SET LOCAL check_function_bodies = off;

CREATE TYPE public.mass AS ENUM ('light', 'heavy');
ALTER TYPE public.mass OWNER TO postgres;

CREATE DOMAIN public.tag AS text;
ALTER DOMAIN public.tag OWNER TO postgres;

CREATE FUNCTION public.weighs(public.mass, integer) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN true;
ALTER FUNCTION public.weighs(public.mass, integer) OWNER TO postgres;

CREATE FUNCTION public.weight(public.mass) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN 0;
ALTER FUNCTION public.weight(public.mass) OWNER TO postgres;

CREATE FUNCTION public.weight(public.mass, integer) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN 0;
ALTER FUNCTION public.weight(public.mass, integer) OWNER TO postgres;

CREATE OPERATOR public.<@> (FUNCTION = public.weighs, LEFTARG = public.mass, RIGHTARG = integer);
ALTER OPERATOR public.<@> (public.mass, integer) OWNER TO postgres;

ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree ADD OPERATOR 1 public.<@>(public.mass, integer);

ALTER OPERATOR FAMILY pg_catalog.point_ops USING gist ADD OPERATOR 200 pg_catalog.=(integer, integer);

ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree ADD FUNCTION 1 (public.mass, integer) public.weight(public.mass,integer);

ALTER OPERATOR FAMILY pg_catalog.integer_ops USING hash ADD FUNCTION 1 (public.mass, public.mass) public.weight(public.mass);
