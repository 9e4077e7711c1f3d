-- Every attribute, one function each and all together, on names that need quotes.
CREATE SCHEMA "S-1";
GRANT USAGE ON SCHEMA "S-1" TO r_reader;
CREATE DOMAIN "S-1".text AS text;
CREATE FUNCTION plain() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION "S-1"."Every"("a B" integer, "select" text DEFAULT 'it''s', double precision DEFAULT 1)
    RETURNS SETOF "S-1".text
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL RESTRICTED COST 0.1 ROWS 7
    SET work_mem = '64MB'
    AS 'BEGIN RETURN; END';
CREATE FUNCTION immutable() RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION stable() RETURNS integer STABLE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION strict(integer) RETURNS integer STRICT LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION definer() RETURNS integer SECURITY DEFINER LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION safe() RETURNS integer PARALLEL SAFE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION costly() RETURNS integer COST 1234567 LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION usual_rows() RETURNS SETOF integer ROWS 1000 LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION one_row() RETURNS SETOF integer ROWS 1 LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION little() RETURNS SETOF integer COST 0.333333 ROWS 0.25 LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION supported(integer, integer) RETURNS SETOF integer LANGUAGE internal IMMUTABLE STRICT
    SUPPORT generate_series_int4_support AS 'generate_series_int4';
CREATE FUNCTION windowed() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
CREATE FUNCTION cheap(integer) RETURNS integer LANGUAGE internal COST 100 AS 'int4abs';
CREATE FUNCTION from_library(internal) RETURNS internal LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_call_handler';
COMMENT ON FUNCTION "S-1"."Every"(integer, text, double precision) IS 'it''s everything';
ALTER FUNCTION "S-1"."Every"(integer, text, double precision) OWNER TO r_owner;
REVOKE ALL ON FUNCTION "S-1"."Every"(integer, text, double precision) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "S-1"."Every"(integer, text, double precision) TO r_reader WITH GRANT OPTION;
SET ROLE r_reader;
GRANT EXECUTE ON FUNCTION "S-1"."Every"(integer, text, double precision) TO pg_monitor;
RESET ROLE;
REVOKE ALL ON FUNCTION plain() FROM PUBLIC, CURRENT_USER;
CREATE EXTENSION hstore;
ALTER FUNCTION plain() DEPENDS ON EXTENSION hstore;
