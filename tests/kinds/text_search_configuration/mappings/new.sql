-- Configurations: copied, bare, with dictionaries in an order that means something.
CREATE SCHEMA "S-1";
CREATE TEXT SEARCH PARSER "S-1"."Parser" (START = prsd_start, GETTOKEN = prsd_nexttoken,
    END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH DICTIONARY "S-1"."It's" (TEMPLATE = simple, accept = false);
CREATE TEXT SEARCH CONFIGURATION copied (COPY = english);
CREATE TEXT SEARCH CONFIGURATION bare (PARSER = "default");
CREATE TEXT SEARCH CONFIGURATION "S-1"."Words" (PARSER = "S-1"."Parser");
ALTER TEXT SEARCH CONFIGURATION "S-1"."Words"
    ADD MAPPING FOR asciiword, word, "int" WITH "S-1"."It's", simple, english_stem;
ALTER TEXT SEARCH CONFIGURATION "S-1"."Words"
    ADD MAPPING FOR numword WITH english_stem, simple, "S-1"."It's";
ALTER TEXT SEARCH CONFIGURATION "S-1"."Words" ADD MAPPING FOR hword_asciipart WITH simple;
ALTER TEXT SEARCH CONFIGURATION "S-1"."Words" OWNER TO r_owner;
COMMENT ON TEXT SEARCH CONFIGURATION "S-1"."Words" IS 'it''s mapped';
CREATE TABLE t (a text, b tsvector
    GENERATED ALWAYS AS (to_tsvector('"S-1"."Words"'::regconfig, a)) STORED);
CREATE INDEX i ON t USING gin (to_tsvector('copied', a));
