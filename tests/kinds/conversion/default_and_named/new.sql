-- Conversions, the default of their schema or not, with a function of one's own.
CREATE SCHEMA "S-1";
CREATE FUNCTION "S-1"."from latin"(integer, integer, cstring, internal, integer, boolean)
    RETURNS integer LANGUAGE c STRICT AS '$libdir/utf8_and_iso8859_1', 'iso8859_1_to_utf8';
CREATE DEFAULT CONVERSION "S-1"."Latin" FOR 'LATIN1' TO 'UTF8' FROM "S-1"."from latin";
CREATE CONVERSION "S-1".other FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE DEFAULT CONVERSION back FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
CREATE CONVERSION windows FOR 'WIN1252' TO 'UTF8' FROM win_to_utf8;
ALTER CONVERSION "S-1"."Latin" OWNER TO r_owner;
COMMENT ON CONVERSION "S-1"."Latin" IS 'it''s Latin';
