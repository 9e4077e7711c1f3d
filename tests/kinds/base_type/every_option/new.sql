-- Types with every option, and functions that use them.
CREATE SCHEMA "S-1";
GRANT USAGE ON SCHEMA "S-1" TO r_reader;
CREATE TYPE "S-1"."Complex";
CREATE FUNCTION "S-1"."in"(cstring) RETURNS "S-1"."Complex"
    LANGUAGE internal IMMUTABLE STRICT AS 'int8in';
CREATE FUNCTION "S-1".out("S-1"."Complex") RETURNS cstring
    LANGUAGE internal IMMUTABLE STRICT AS 'int8out';
CREATE FUNCTION "S-1".recv(internal) RETURNS "S-1"."Complex"
    LANGUAGE internal IMMUTABLE STRICT AS 'int8recv';
CREATE FUNCTION "S-1".send("S-1"."Complex") RETURNS bytea
    LANGUAGE internal IMMUTABLE STRICT AS 'int8send';
CREATE FUNCTION "S-1".modin(cstring[]) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE FUNCTION "S-1".modout(integer) RETURNS cstring
    LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
CREATE FUNCTION "S-1".stats(internal) RETURNS boolean LANGUAGE internal AS 'array_typanalyze';
CREATE FUNCTION "S-1".parts(internal) RETURNS internal
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'raw_array_subscript_handler';
CREATE TYPE "S-1"."Complex" (
    INPUT = "S-1"."in", OUTPUT = "S-1".out, RECEIVE = "S-1".recv, SEND = "S-1".send,
    TYPMOD_IN = "S-1".modin, TYPMOD_OUT = "S-1".modout, ANALYZE = "S-1".stats,
    SUBSCRIPT = "S-1".parts, INTERNALLENGTH = 8, PASSEDBYVALUE, ALIGNMENT = double,
    STORAGE = plain, CATEGORY = 'X', PREFERRED = true, DEFAULT = '4''2', ELEMENT = integer,
    DELIMITER = ';');
CREATE TYPE words;
CREATE FUNCTION words_in(cstring) RETURNS words LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION words_out(words) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE words (INPUT = words_in, OUTPUT = words_out, LIKE = text, COLLATABLE = true);
CREATE TYPE raw;
CREATE FUNCTION raw_in(cstring) RETURNS raw LANGUAGE internal IMMUTABLE STRICT AS 'byteain';
CREATE FUNCTION raw_out(raw) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'byteaout';
CREATE TYPE raw (INPUT = raw_in, OUTPUT = raw_out, STORAGE = external);
CREATE FUNCTION add(words, words) RETURNS words[] LANGUAGE sql IMMUTABLE RETURN ARRAY[$1, $2];
CREATE FUNCTION lt(words, words) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT AS 'text_lt';
CREATE OPERATOR < (FUNCTION = lt, LEFTARG = words, RIGHTARG = words);
CREATE FUNCTION cmp(words, words) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT AS 'bttextcmp';
CREATE OPERATOR CLASS words_ops DEFAULT FOR TYPE words USING btree AS
    OPERATOR 1 <, FUNCTION 1 cmp(words, words);
CREATE TYPE span AS RANGE (SUBTYPE = words);
CREATE DOMAIN one_word AS words DEFAULT 'a';
CREATE TABLE t (a "S-1"."Complex"(5), b words COLLATE "C", c raw[], d span, e one_word);
CREATE INDEX tb ON t (b);
ALTER TYPE "S-1"."Complex" OWNER TO r_owner;
REVOKE USAGE ON TYPE "S-1"."Complex" FROM PUBLIC;
GRANT USAGE ON TYPE "S-1"."Complex" TO r_reader WITH GRANT OPTION;
COMMENT ON TYPE "S-1"."Complex" IS 'it''s a complex number';
COMMENT ON FUNCTION words_in(cstring) IS 'reads words';
