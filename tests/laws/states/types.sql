-- A type in use that gains, loses or changes a part.

-- SITUATION extension_moves
CREATE EXTENSION hstore SCHEMA public;
CREATE TABLE settings (pairs public.hstore);
-- BECOMES
CREATE EXTENSION hstore SCHEMA extension_moves;
CREATE TABLE settings (pairs extension_moves.hstore);

-- SITUATION label_inserted
CREATE TYPE size AS ENUM ('small', 'large');
CREATE TABLE shirt (size size);
-- BECOMES
CREATE TYPE size AS ENUM ('small', 'medium', 'large');
CREATE TABLE shirt (size size);

-- SITUATION label_removed_in_use
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE person (mood mood DEFAULT 'glad', moods mood[]);
CREATE INDEX glad_ones ON person (mood) WHERE mood = 'glad';
-- BECOMES
CREATE TYPE mood AS ENUM ('glad');
CREATE TABLE person (mood mood DEFAULT 'glad', moods mood[]);
CREATE INDEX glad_ones ON person (mood) WHERE mood = 'glad';

-- SITUATION attribute_of_a_used_composite_widens
CREATE TYPE place AS (floor integer, room varchar(5));
CREATE TABLE desk (stands place);
-- BECOMES
CREATE TYPE place AS (floor integer, room varchar(9));
CREATE TABLE desk (stands place);

-- SITUATION domain_gets_another_base
CREATE DOMAIN code AS varchar(5) CHECK (VALUE <> '');
CREATE TABLE item (code code DEFAULT 'none');
-- BECOMES
CREATE DOMAIN code AS varchar(9) CHECK (VALUE <> '');
CREATE TABLE item (code code DEFAULT 'none');

-- SITUATION domain_constraint_loses_its_comment
CREATE DOMAIN positive AS integer CONSTRAINT above_zero CHECK (VALUE > 0);
COMMENT ON CONSTRAINT above_zero ON DOMAIN positive IS 'never 0';
-- BECOMES
CREATE DOMAIN positive AS integer CONSTRAINT above_zero CHECK (VALUE > 0);

-- SITUATION range_of_another_subtype
CREATE TYPE span AS RANGE (SUBTYPE = integer);
CREATE TABLE booking (spans span, many span_multirange);
-- BECOMES
CREATE TYPE span AS RANGE (SUBTYPE = bigint);
CREATE TABLE booking (spans span, many span_multirange);

-- SITUATION typed_table_follows_its_type
CREATE TYPE row_of_facts AS (id integer);
CREATE TABLE facts OF row_of_facts;
-- BECOMES
CREATE TYPE row_of_facts AS (id integer, note text);
CREATE TABLE facts OF row_of_facts;

-- SITUATION collation_replaced_under_a_key
CREATE COLLATION plain (LOCALE = 'C');
CREATE TABLE word (word text COLLATE plain PRIMARY KEY);
-- BECOMES
CREATE COLLATION plain (LOCALE = 'POSIX');
CREATE TABLE word (word text COLLATE plain PRIMARY KEY);

-- SITUATION row_type_in_another_table
CREATE TABLE part (number integer);
CREATE TABLE machine (main part);
-- BECOMES
CREATE TABLE part (number integer, amount integer DEFAULT 1);
CREATE TABLE machine (main part);
