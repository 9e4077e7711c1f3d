-- Languages, casts, transforms, conversions, collations, text search.
CREATE SCHEMA s;
CREATE SCHEMA other;
CREATE TYPE s.e AS ENUM ('1', '2');
CREATE FUNCTION s.handler() RETURNS language_handler
    LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION s.inline(internal) RETURNS void
    LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION s.valid(oid) RETURNS void
    LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE FUNCTION s.number(s.e) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.given(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE
    AS 'prsd_lextype';
CREATE FUNCTION s.taken(internal) RETURNS s.e LANGUAGE internal STRICT IMMUTABLE AS 'int4recv';
CREATE FUNCTION s.converted(integer, integer, cstring, internal, integer, boolean)
    RETURNS integer LANGUAGE c STRICT AS '$libdir/utf8_and_iso8859_1', 'iso8859_1_to_utf8';
CREATE FUNCTION s.start(internal, integer) RETURNS internal LANGUAGE internal STRICT
    AS 'prsd_start';
CREATE FUNCTION s.token(internal, internal, internal) RETURNS internal LANGUAGE internal STRICT
    AS 'prsd_nexttoken';
CREATE FUNCTION s.ended(internal) RETURNS void LANGUAGE internal STRICT AS 'prsd_end';
CREATE FUNCTION s.headline(internal, internal, tsquery) RETURNS internal
    LANGUAGE internal STRICT AS 'prsd_headline';
CREATE FUNCTION s.init(internal) RETURNS internal LANGUAGE internal STRICT AS 'dsimple_init';
CREATE FUNCTION s.lexize(internal, internal, internal, internal) RETURNS internal
    LANGUAGE internal STRICT AS 'dsimple_lexize';
CREATE TRUSTED LANGUAGE tongue HANDLER plpgsql_call_handler;
CREATE CAST (s.e AS integer) WITH INOUT;
CREATE TRANSFORM FOR s.e LANGUAGE plpgsql (FROM SQL WITH FUNCTION s.given(internal));
CREATE CONVERSION s.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE COLLATION s.coll (LOCALE = 'C');
CREATE TEXT SEARCH PARSER s.parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
    LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE s.template (LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY s.dict (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION s.conf (PARSER = "default");
-- CHANGES
-- pg_language
CREATE OR REPLACE TRUSTED LANGUAGE tongue HANDLER s.handler
CREATE OR REPLACE TRUSTED LANGUAGE tongue HANDLER s.handler INLINE s.inline
CREATE OR REPLACE TRUSTED LANGUAGE tongue HANDLER s.handler INLINE s.inline VALIDATOR s.valid
ALTER LANGUAGE tongue OWNER TO r_owner
GRANT USAGE ON LANGUAGE tongue TO r_reader
GRANT USAGE ON LANGUAGE tongue TO r_reader WITH GRANT OPTION
REVOKE USAGE ON LANGUAGE tongue FROM PUBLIC
COMMENT ON LANGUAGE tongue IS 'x'
ALTER LANGUAGE tongue RENAME TO speech
CREATE OR REPLACE LANGUAGE speech HANDLER s.handler INLINE s.inline VALIDATOR s.valid
CREATE LANGUAGE raw HANDLER plpgsql_call_handler
DROP LANGUAGE raw
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC
INSERT INTO pg_seclabel SELECT oid, 'pg_language'::regclass, 0, 'guard', 'x' FROM pg_language WHERE lanname = 'speech'
UPDATE pg_seclabel SET label = 'y'
DELETE FROM pg_seclabel
ALTER EXTENSION plpgsql DROP LANGUAGE plpgsql
-- pg_cast
COMMENT ON CAST (s.e AS integer) IS 'x'
DROP CAST (s.e AS integer)
CREATE CAST (s.e AS integer) WITH INOUT
UPDATE pg_cast SET castcontext = 'a' WHERE castsource = 's.e'::regtype
UPDATE pg_cast SET castcontext = 'i' WHERE castsource = 's.e'::regtype
UPDATE pg_cast SET castmethod = 'b' WHERE castsource = 's.e'::regtype
DROP CAST (s.e AS integer)
CREATE CAST (s.e AS integer) WITH FUNCTION s.number(s.e)
CREATE CAST (s.e AS oid) WITH FUNCTION s.number(s.e) AS ASSIGNMENT
CREATE CAST (bigint AS s.e) WITH INOUT
-- pg_transform
CREATE OR REPLACE TRANSFORM FOR s.e LANGUAGE plpgsql (TO SQL WITH FUNCTION s.taken(internal))
CREATE OR REPLACE TRANSFORM FOR s.e LANGUAGE plpgsql (FROM SQL WITH FUNCTION s.given(internal), TO SQL WITH FUNCTION s.taken(internal))
COMMENT ON TRANSFORM FOR s.e LANGUAGE plpgsql IS 'x'
CREATE TRANSFORM FOR s.e LANGUAGE speech (TO SQL WITH FUNCTION s.taken(internal))
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal))
DROP TRANSFORM FOR integer LANGUAGE sql
-- pg_conversion
ALTER CONVERSION s.conv OWNER TO r_owner
COMMENT ON CONVERSION s.conv IS 'x'
ALTER CONVERSION s.conv SET SCHEMA other
ALTER CONVERSION other.conv RENAME TO conv2
UPDATE pg_conversion SET condefault = true WHERE conname = 'conv2'
UPDATE pg_conversion SET conproc = 's.converted'::regproc WHERE conname = 'conv2'
UPDATE pg_conversion SET conforencoding = pg_char_to_encoding('WIN1252') WHERE conname = 'conv2'
UPDATE pg_conversion SET contoencoding = pg_char_to_encoding('LATIN2') WHERE conname = 'conv2'
CREATE DEFAULT CONVERSION s.conv FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1
-- pg_collation
ALTER COLLATION s.coll OWNER TO r_owner
COMMENT ON COLLATION s.coll IS 'x'
ALTER COLLATION s.coll SET SCHEMA other
ALTER COLLATION other.coll RENAME TO coll2
UPDATE pg_collation SET collcollate = 'POSIX' WHERE collname = 'coll2'
UPDATE pg_collation SET collctype = 'POSIX' WHERE collname = 'coll2'
UPDATE pg_collation SET collisdeterministic = false WHERE collname = 'coll2'
UPDATE pg_collation SET collprovider = 'i' WHERE collname = 'coll2'
UPDATE pg_collation SET collcollate = 'de', collctype = 'de' WHERE collname = 'coll2' -- ..14
UPDATE pg_collation SET collcollate = NULL, collctype = NULL, colliculocale = 'und' WHERE collname = 'coll2' -- 15..16
UPDATE pg_collation SET collcollate = NULL, collctype = NULL, colllocale = 'und' WHERE collname = 'coll2' -- 17
UPDATE pg_collation SET colliculocale = 'de' WHERE collname = 'coll2' -- 15..16
UPDATE pg_collation SET colllocale = 'de' WHERE collname = 'coll2' -- 17
UPDATE pg_collation SET collicurules = '&a < b' WHERE collname = 'coll2' -- 16
CREATE COLLATION s.of_pg (PROVIDER = builtin, LOCALE = 'C') -- 17
DROP COLLATION s.of_pg -- 17
CREATE COLLATION s.of_pg (PROVIDER = builtin, LOCALE = 'C.UTF-8') -- 17
-- pg_ts_parser
COMMENT ON TEXT SEARCH PARSER s.parser IS 'x'
UPDATE pg_ts_parser SET prsstart = 's.start'::regproc WHERE prsname = 'parser'
UPDATE pg_ts_parser SET prstoken = 's.token'::regproc WHERE prsname = 'parser'
UPDATE pg_ts_parser SET prsend = 's.ended'::regproc WHERE prsname = 'parser'
UPDATE pg_ts_parser SET prsheadline = 's.headline'::regproc WHERE prsname = 'parser'
UPDATE pg_ts_parser SET prslextype = 's.given'::regproc WHERE prsname = 'parser'
ALTER TEXT SEARCH PARSER s.parser SET SCHEMA other
ALTER TEXT SEARCH PARSER other.parser RENAME TO parser2
-- pg_ts_template
COMMENT ON TEXT SEARCH TEMPLATE s.template IS 'x'
UPDATE pg_ts_template SET tmplinit = 's.init'::regproc WHERE tmplname = 'template'
UPDATE pg_ts_template SET tmpllexize = 's.lexize'::regproc WHERE tmplname = 'template'
ALTER TEXT SEARCH TEMPLATE s.template SET SCHEMA other
ALTER TEXT SEARCH TEMPLATE other.template RENAME TO template2
-- pg_ts_dict
ALTER TEXT SEARCH DICTIONARY s.dict (stopwords = english)
ALTER TEXT SEARCH DICTIONARY s.dict (stopwords = english, accept = false)
ALTER TEXT SEARCH DICTIONARY s.dict (stopwords)
ALTER TEXT SEARCH DICTIONARY s.dict OWNER TO r_owner
COMMENT ON TEXT SEARCH DICTIONARY s.dict IS 'x'
UPDATE pg_ts_dict SET dicttemplate = (SELECT oid FROM pg_ts_template WHERE tmplname = 'template2') WHERE dictname = 'dict'
ALTER TEXT SEARCH DICTIONARY s.dict SET SCHEMA other
ALTER TEXT SEARCH DICTIONARY other.dict RENAME TO dict2
-- pg_ts_config, pg_ts_config_map
ALTER TEXT SEARCH CONFIGURATION s.conf ADD MAPPING FOR word WITH simple, english_stem
ALTER TEXT SEARCH CONFIGURATION s.conf ADD MAPPING FOR asciiword WITH simple
ALTER TEXT SEARCH CONFIGURATION s.conf ALTER MAPPING FOR word WITH english_stem, simple
ALTER TEXT SEARCH CONFIGURATION s.conf ALTER MAPPING REPLACE simple WITH other.dict2
ALTER TEXT SEARCH CONFIGURATION s.conf DROP MAPPING FOR asciiword
ALTER TEXT SEARCH CONFIGURATION s.conf OWNER TO r_owner
COMMENT ON TEXT SEARCH CONFIGURATION s.conf IS 'x'
UPDATE pg_ts_config SET cfgparser = (SELECT oid FROM pg_ts_parser WHERE prsname = 'parser2') WHERE cfgname = 'conf'
ALTER TEXT SEARCH CONFIGURATION s.conf SET SCHEMA other
ALTER TEXT SEARCH CONFIGURATION other.conf RENAME TO conf2
CREATE TEXT SEARCH CONFIGURATION s.copied (COPY = english)
