SET LOCAL check_function_bodies = off;

CREATE DOMAIN public.number AS integer;
ALTER DOMAIN public.number OWNER TO postgres;

CREATE FUNCTION public.first_number() RETURNS public.number
LANGUAGE sql
RETURN 1;
ALTER FUNCTION public.first_number() OWNER TO postgres;

ALTER DOMAIN public.number SET DEFAULT public.first_number();

CREATE SEQUENCE public.counter;
ALTER SEQUENCE public.counter OWNER TO postgres;

CREATE DOMAIN public.next AS bigint DEFAULT nextval('public.counter'::regclass);
ALTER DOMAIN public.next OWNER TO postgres;
