SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.hello() RETURNS event_trigger
LANGUAGE plpgsql
AS $$BEGIN END$$;
ALTER FUNCTION public.hello() OWNER TO postgres;

CREATE EVENT TRIGGER at_login ON login EXECUTE FUNCTION public.hello();
ALTER EVENT TRIGGER at_login OWNER TO postgres;
