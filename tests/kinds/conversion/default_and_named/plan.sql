SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE FUNCTION "S-1"."from latin"(integer, integer, cstring, internal, integer, boolean) RETURNS integer
LANGUAGE c STRICT
AS '$libdir/utf8_and_iso8859_1', 'iso8859_1_to_utf8';
ALTER FUNCTION "S-1"."from latin"(integer, integer, cstring, internal, integer, boolean) OWNER TO postgres;

CREATE DEFAULT CONVERSION "S-1"."Latin" FOR 'LATIN1' TO 'UTF8' FROM "S-1"."from latin";
ALTER CONVERSION "S-1"."Latin" OWNER TO r_owner;
COMMENT ON CONVERSION "S-1"."Latin" IS 'it''s Latin';

CREATE CONVERSION "S-1".other FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
ALTER CONVERSION "S-1".other OWNER TO postgres;

CREATE DEFAULT CONVERSION public.back FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
ALTER CONVERSION public.back OWNER TO postgres;

CREATE CONVERSION public.windows FOR 'WIN1252' TO 'UTF8' FROM win_to_utf8;
ALTER CONVERSION public.windows OWNER TO postgres;
