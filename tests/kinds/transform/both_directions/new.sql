-- Transforms with one function and with two, for languages that are members and not.
CREATE SCHEMA "S-1";
CREATE TYPE "S-1"."Mood" AS ENUM ('a');
CREATE FUNCTION "S-1".given(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT
    AS 'prsd_lextype';
CREATE FUNCTION "S-1".taken(internal) RETURNS "S-1"."Mood" LANGUAGE internal IMMUTABLE STRICT
    AS 'int4recv';
CREATE TRUSTED LANGUAGE "The Tongue" HANDLER plpgsql_call_handler;
CREATE TRANSFORM FOR "S-1"."Mood" LANGUAGE plpgsql (
    FROM SQL WITH FUNCTION "S-1".given(internal), TO SQL WITH FUNCTION "S-1".taken(internal));
CREATE TRANSFORM FOR "S-1"."Mood" LANGUAGE "The Tongue" (
    TO SQL WITH FUNCTION "S-1".taken(internal));
CREATE TRANSFORM FOR timestamp with time zone LANGUAGE sql (
    FROM SQL WITH FUNCTION prsd_lextype(internal));
CREATE TRANSFORM FOR integer LANGUAGE sql (
    FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));
COMMENT ON TRANSFORM FOR "S-1"."Mood" LANGUAGE "The Tongue" IS 'it''s one way';
CREATE FUNCTION a_user("S-1"."Mood") RETURNS integer LANGUAGE plpgsql
    TRANSFORM FOR TYPE "S-1"."Mood" AS 'BEGIN RETURN 1; END';
