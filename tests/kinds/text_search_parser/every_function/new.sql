-- Parsers with and without a headline, with functions of one's own.
CREATE SCHEMA "S-1";
CREATE FUNCTION "S-1"."start"(internal, integer) RETURNS internal LANGUAGE internal STRICT
    AS 'prsd_start';
CREATE FUNCTION "S-1"."start"(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION "S-1".types(internal) RETURNS internal LANGUAGE internal STRICT AS 'prsd_lextype';
CREATE TEXT SEARCH PARSER "S-1"."It's" (START = "S-1"."start", GETTOKEN = prsd_nexttoken,
    END = prsd_end, LEXTYPES = "S-1".types, HEADLINE = prsd_headline);
CREATE TEXT SEARCH PARSER plain (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
    LEXTYPES = prsd_lextype);
COMMENT ON TEXT SEARCH PARSER "S-1"."It's" IS 'it''s whole';
CREATE TEXT SEARCH CONFIGURATION a_first (PARSER = "S-1"."It's");
