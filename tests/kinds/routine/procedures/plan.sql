SET LOCAL check_function_bodies = off;

CREATE PROCEDURE public.p()
LANGUAGE sql
AS $$$$;
ALTER PROCEDURE public.p() OWNER TO postgres;
REVOKE EXECUTE ON PROCEDURE public.p() FROM PUBLIC;

CREATE PROCEDURE public.p(a integer, OUT b text)
LANGUAGE sql
AS $$SELECT 'x'$$;
ALTER PROCEDURE public.p(IN integer) OWNER TO postgres;
GRANT EXECUTE ON PROCEDURE public.p(IN integer) TO r_reader;
COMMENT ON PROCEDURE public.p(IN integer) IS 'one in, one out';

CREATE PROCEDURE public.p(a integer, INOUT b bigint DEFAULT 5, VARIADIC c integer[] DEFAULT '{}'::integer[])
LANGUAGE plpgsql SECURITY DEFINER
AS $$BEGIN END$$;
ALTER PROCEDURE public.p(IN integer, IN bigint, IN integer[]) OWNER TO postgres;

CREATE PROCEDURE public.p(a integer, b text)
LANGUAGE sql
AS $$$$;
ALTER PROCEDURE public.p(IN integer, IN text) OWNER TO r_owner;
COMMENT ON PROCEDURE public.p(IN integer, IN text) IS 'two in';

CREATE PROCEDURE public.q(a integer, OUT b text)
LANGUAGE sql
AS $$SELECT 'x'$$;
ALTER PROCEDURE public.q(IN integer) OWNER TO postgres;
COMMENT ON PROCEDURE public.q(IN integer) IS 'q';

CREATE FUNCTION public.q(integer, text) RETURNS integer
LANGUAGE sql
AS $$SELECT 1$$;
ALTER FUNCTION public.q(integer, text) OWNER TO postgres;
