CREATE UNLOGGED SEQUENCE public.loose;
ALTER SEQUENCE public.loose OWNER TO postgres;
