-- Operators, casts, text search, foreign data, publications, privileges, owners.

-- SITUATION operator_of_another_function
CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);
COMMENT ON OPERATOR === (integer, integer) IS 'compares';
-- BECOMES
CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4ne);
COMMENT ON OPERATOR === (integer, integer) IS 'compares';

-- SITUATION operator_class_of_another_function
CREATE FUNCTION ordered(integer, integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 0';
CREATE OPERATOR CLASS by_number FOR TYPE integer USING btree AS
    OPERATOR 1 <, FUNCTION 1 btint4cmp(integer, integer);
CREATE TABLE shelf (number integer);
CREATE INDEX shelf_number ON shelf (number by_number);
-- BECOMES
CREATE FUNCTION ordered(integer, integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 0';
CREATE OPERATOR CLASS by_number FOR TYPE integer USING btree AS
    OPERATOR 1 <, FUNCTION 1 ordered(integer, integer);
CREATE TABLE shelf (number integer);
CREATE INDEX shelf_number ON shelf (number by_number);

-- SITUATION cast_in_assignments
CREATE TYPE digit AS ENUM ('1', '2');
CREATE CAST (digit AS integer) WITH INOUT;
-- BECOMES
CREATE TYPE digit AS ENUM ('1', '2');
CREATE CAST (digit AS integer) WITH INOUT AS ASSIGNMENT;

-- SITUATION default_conversion
CREATE CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
-- BECOMES
CREATE DEFAULT CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;

-- SITUATION words_by_another_dictionary
CREATE TEXT SEARCH CONFIGURATION words (COPY = english);
-- BECOMES
CREATE TEXT SEARCH CONFIGURATION words (COPY = english);
ALTER TEXT SEARCH CONFIGURATION words ALTER MAPPING FOR word WITH simple;

-- SITUATION server_elsewhere
CREATE FOREIGN DATA WRAPPER paper;
CREATE SERVER archive FOREIGN DATA WRAPPER paper OPTIONS (host 'cellar', dbname 'old');
CREATE FOREIGN TABLE box (id integer OPTIONS (column_name 'number')) SERVER archive
    OPTIONS (table_name 'boxes');
-- BECOMES
CREATE FOREIGN DATA WRAPPER paper;
CREATE SERVER archive FOREIGN DATA WRAPPER paper OPTIONS (host 'attic', port '5');
CREATE FOREIGN TABLE box (id integer OPTIONS (column_name 'number')) SERVER archive
    OPTIONS (table_name 'boxes');

-- SITUATION published_in_part -- 15
CREATE TABLE news (id integer PRIMARY KEY, secret text);
CREATE PUBLICATION news FOR TABLE news;
-- BECOMES
CREATE TABLE news (id integer PRIMARY KEY, secret text);
CREATE PUBLICATION news FOR TABLE news (id) WHERE (id > 0);

-- SITUATION privilege_on_a_column_alone
CREATE TABLE salary (amount integer);
GRANT SELECT, UPDATE ON salary TO r_reader;
-- BECOMES
CREATE TABLE salary (amount integer);
GRANT SELECT ON salary TO r_reader;
GRANT UPDATE (amount) ON salary TO r_reader;

-- SITUATION grant_option_is_gone
CREATE TABLE salary (amount integer);
GRANT SELECT ON salary TO r_reader WITH GRANT OPTION;
-- BECOMES
CREATE TABLE salary (amount integer);
GRANT SELECT ON salary TO r_reader;

-- SITUATION owner_of_a_serial_table
CREATE TABLE visit (id serial);
GRANT SELECT ON visit TO PUBLIC;
-- BECOMES
CREATE TABLE visit (id serial);
GRANT SELECT ON visit TO PUBLIC;
ALTER TABLE visit OWNER TO r_owner;

-- SITUATION nothing_for_everybody_by_default
SELECT 1;
-- BECOMES
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE FUNCTION secret() RETURNS integer LANGUAGE sql AS 'SELECT 1';
