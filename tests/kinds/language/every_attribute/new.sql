-- Languages with handlers of their own, trusted and not, and a routine in one of them.
CREATE SCHEMA "S-1";
CREATE FUNCTION "S-1"."call it"() RETURNS language_handler
    LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION "S-1".inline(internal) RETURNS void
    LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION "S-1".valid(oid) RETURNS void
    LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE FUNCTION "S-1".valid(integer) RETURNS void LANGUAGE sql AS '';
CREATE TRUSTED LANGUAGE "The Tongue" HANDLER "S-1"."call it" INLINE "S-1".inline
    VALIDATOR "S-1".valid;
CREATE LANGUAGE untrusted HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator;
CREATE TRUSTED LANGUAGE bare HANDLER plpgsql_call_handler;
CREATE TRUSTED LANGUAGE reserved HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler;
COMMENT ON LANGUAGE "The Tongue" IS 'it''s a tongue';
COMMENT ON LANGUAGE untrusted IS 'for superusers';
ALTER LANGUAGE "The Tongue" OWNER TO r_owner;
ALTER LANGUAGE untrusted OWNER TO r_owner;
GRANT USAGE ON LANGUAGE "The Tongue" TO r_reader WITH GRANT OPTION;
SET ROLE r_reader;
GRANT USAGE ON LANGUAGE "The Tongue" TO r_other;
RESET ROLE;
REVOKE USAGE ON LANGUAGE "The Tongue" FROM PUBLIC;
REVOKE USAGE ON LANGUAGE reserved FROM PUBLIC;
GRANT USAGE ON LANGUAGE bare TO r_reader;
REVOKE USAGE ON LANGUAGE bare FROM r_reader;
CREATE FUNCTION a_first() RETURNS integer LANGUAGE "The Tongue" AS 'BEGIN RETURN 1; END';
CREATE PROCEDURE a_procedure() LANGUAGE untrusted AS 'BEGIN END';
