SET LOCAL check_function_bodies = off;

CREATE DOMAIN public.even AS integer;
ALTER DOMAIN public.even OWNER TO postgres;

CREATE FUNCTION public.is_even(public.even) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN ((($1)::integer % 2) = 0);
ALTER FUNCTION public.is_even(public.even) OWNER TO postgres;

ALTER DOMAIN public.even ADD CONSTRAINT is_even CHECK (public.is_even((VALUE)::public.even));
