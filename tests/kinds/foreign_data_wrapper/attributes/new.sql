CREATE SCHEMA "S 1";
CREATE FUNCTION "S 1"."Handle"() RETURNS fdw_handler LANGUAGE internal AS 'now';
CREATE FUNCTION "S 1".valid(text[], oid) RETURNS boolean LANGUAGE internal
    AS 'postgresql_fdw_validator';
CREATE FUNCTION "S 1".valid(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE FOREIGN DATA WRAPPER plain;
CREATE FOREIGN DATA WRAPPER checked HANDLER "S 1"."Handle" VALIDATOR "S 1".valid;
CREATE FOREIGN DATA WRAPPER own VALIDATOR postgresql_fdw_validator;
CREATE FOREIGN DATA WRAPPER "Odd wrapper" HANDLER "S 1"."Handle"
    OPTIONS (z 'last', "user" 'a=b', "Mixed Case" 'it''s', empty '', back 'b\s');
COMMENT ON FOREIGN DATA WRAPPER "Odd wrapper" IS 'it''s odd';
GRANT USAGE ON FOREIGN DATA WRAPPER "Odd wrapper" TO r_reader WITH GRANT OPTION;
GRANT USAGE ON FOREIGN DATA WRAPPER plain TO PUBLIC, r_other;
SET ROLE r_reader;
GRANT USAGE ON FOREIGN DATA WRAPPER "Odd wrapper" TO r_other;
