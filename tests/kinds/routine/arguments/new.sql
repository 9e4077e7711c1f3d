-- Modes, defaults, overloads, polymorphic and quoted types, tables returned.
CREATE TYPE "E" AS ENUM ('a', 'b');
CREATE TABLE "Row" (a integer, b text);
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(integer, integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION f(text) RETURNS integer LANGUAGE sql AS 'SELECT 3';
CREATE FUNCTION f("E", "E"[]) RETURNS "E" LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION f("Row") RETURNS SETOF "Row" LANGUAGE sql AS 'SELECT $1.*';
CREATE FUNCTION modes(IN a integer, OUT b text, INOUT c numeric(5, 2), VARIADIC d integer[] DEFAULT '{}')
    LANGUAGE sql AS 'SELECT ''x'', 1.0';
CREATE FUNCTION one_out(OUT "Only" character(3)) LANGUAGE sql AS 'SELECT ''x''::char(3)';
CREATE FUNCTION a_table(a integer, "out" text DEFAULT 'b')
    RETURNS TABLE("The a" integer, b varchar(5)) LANGUAGE sql AS 'SELECT 1, ''x''';
CREATE FUNCTION a_table_of_one() RETURNS TABLE(x integer) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION any_of(anyelement, anyarray, anycompatible, VARIADIC "any") RETURNS anyelement
    LANGUAGE internal AS 'int4abs';
CREATE FUNCTION some_defaults(a integer DEFAULT 1 + 1, b text DEFAULT NULL, c "E" DEFAULT 'a',
    d timestamptz DEFAULT '2024-01-01 00:00:00+01', e text DEFAULT lower('X'), f integer DEFAULT f('x'))
    RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION on_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION on_command() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION a_record() RETURNS record LANGUAGE sql AS 'SELECT 1, 2';
CREATE FUNCTION "Fn, (x)"("table" integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
COMMENT ON FUNCTION f(integer) IS 'one';
COMMENT ON FUNCTION f("E", "E"[]) IS 'an enum';
COMMENT ON FUNCTION modes(integer, numeric, integer[]) IS 'modes';
COMMENT ON FUNCTION "Fn, (x)"(integer) IS 'quoted';
