SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S 1";
ALTER SCHEMA "S 1" OWNER TO postgres;

CREATE FUNCTION "S 1"."Handle"() RETURNS fdw_handler
LANGUAGE internal
AS $$now$$;
ALTER FUNCTION "S 1"."Handle"() OWNER TO postgres;

CREATE FUNCTION "S 1".valid(text) RETURNS text
LANGUAGE sql
AS $$SELECT $1$$;
ALTER FUNCTION "S 1".valid(text) OWNER TO postgres;

CREATE FUNCTION "S 1".valid(text[], oid) RETURNS boolean
LANGUAGE internal
AS $$postgresql_fdw_validator$$;
ALTER FUNCTION "S 1".valid(text[], oid) OWNER TO postgres;

CREATE FOREIGN DATA WRAPPER "Odd wrapper" HANDLER "S 1"."Handle" OPTIONS ("Mixed Case" 'it''s', back E'b\\s', empty '', "user" 'a=b', z 'last');
ALTER FOREIGN DATA WRAPPER "Odd wrapper" OWNER TO postgres;
GRANT USAGE ON FOREIGN DATA WRAPPER "Odd wrapper" TO r_reader WITH GRANT OPTION;
SET LOCAL ROLE r_reader;
GRANT USAGE ON FOREIGN DATA WRAPPER "Odd wrapper" TO r_other;
RESET ROLE;
COMMENT ON FOREIGN DATA WRAPPER "Odd wrapper" IS 'it''s odd';

CREATE FOREIGN DATA WRAPPER checked HANDLER "S 1"."Handle" VALIDATOR "S 1".valid;
ALTER FOREIGN DATA WRAPPER checked OWNER TO postgres;

CREATE FOREIGN DATA WRAPPER own VALIDATOR pg_catalog.postgresql_fdw_validator;
ALTER FOREIGN DATA WRAPPER own OWNER TO postgres;

CREATE FOREIGN DATA WRAPPER plain;
ALTER FOREIGN DATA WRAPPER plain OWNER TO postgres;
GRANT USAGE ON FOREIGN DATA WRAPPER plain TO PUBLIC;
GRANT USAGE ON FOREIGN DATA WRAPPER plain TO r_other;
