-- Templates with and without an init function, with functions of one's own.
CREATE SCHEMA "S-1";
CREATE FUNCTION "S-1".init(internal) RETURNS internal LANGUAGE internal STRICT AS 'dsimple_init';
CREATE FUNCTION "S-1".lexize(internal, internal, internal, internal) RETURNS internal
    LANGUAGE internal STRICT AS 'dsimple_lexize';
CREATE TEXT SEARCH TEMPLATE "S-1"."It's" (INIT = "S-1".init, LEXIZE = "S-1".lexize);
CREATE TEXT SEARCH TEMPLATE plain (LEXIZE = dsimple_lexize);
COMMENT ON TEXT SEARCH TEMPLATE "S-1"."It's" IS 'it''s whole';
CREATE TEXT SEARCH DICTIONARY a_first (TEMPLATE = "S-1"."It's", stopwords = english);
