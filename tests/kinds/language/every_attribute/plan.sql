SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE TRUSTED LANGUAGE bare HANDLER plpgsql_call_handler;
ALTER LANGUAGE bare OWNER TO postgres;

CREATE TRUSTED LANGUAGE reserved HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler;
ALTER LANGUAGE reserved OWNER TO postgres;
REVOKE USAGE ON LANGUAGE reserved FROM PUBLIC;

CREATE LANGUAGE untrusted HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator;
ALTER LANGUAGE untrusted OWNER TO r_owner;
COMMENT ON LANGUAGE untrusted IS 'for superusers';

CREATE FUNCTION "S-1"."call it"() RETURNS language_handler
LANGUAGE c
AS '$libdir/plpgsql', 'plpgsql_call_handler';
ALTER FUNCTION "S-1"."call it"() OWNER TO postgres;

CREATE FUNCTION "S-1".inline(internal) RETURNS void
LANGUAGE c STRICT
AS '$libdir/plpgsql', 'plpgsql_inline_handler';
ALTER FUNCTION "S-1".inline(internal) OWNER TO postgres;

CREATE FUNCTION "S-1".valid(integer) RETURNS void
LANGUAGE sql
AS $$$$;
ALTER FUNCTION "S-1".valid(integer) OWNER TO postgres;

CREATE FUNCTION "S-1".valid(oid) RETURNS void
LANGUAGE c STRICT
AS '$libdir/plpgsql', 'plpgsql_validator';
ALTER FUNCTION "S-1".valid(oid) OWNER TO postgres;

CREATE TRUSTED LANGUAGE "The Tongue" HANDLER "S-1"."call it" INLINE "S-1".inline VALIDATOR "S-1".valid;
ALTER LANGUAGE "The Tongue" OWNER TO r_owner;
REVOKE USAGE ON LANGUAGE "The Tongue" FROM PUBLIC;
GRANT USAGE ON LANGUAGE "The Tongue" TO r_reader WITH GRANT OPTION;
SET LOCAL ROLE r_reader;
GRANT USAGE ON LANGUAGE "The Tongue" TO r_other;
RESET ROLE;
COMMENT ON LANGUAGE "The Tongue" IS 'it''s a tongue';

CREATE FUNCTION public.a_first() RETURNS integer
LANGUAGE "The Tongue"
AS $$BEGIN RETURN 1; END$$;
ALTER FUNCTION public.a_first() OWNER TO postgres;

CREATE PROCEDURE public.a_procedure()
LANGUAGE untrusted
AS $$BEGIN END$$;
ALTER PROCEDURE public.a_procedure() OWNER TO postgres;
