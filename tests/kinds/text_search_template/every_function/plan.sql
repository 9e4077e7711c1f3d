SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE FUNCTION "S-1".init(internal) RETURNS internal
LANGUAGE internal STRICT
AS $$dsimple_init$$;
ALTER FUNCTION "S-1".init(internal) OWNER TO postgres;

CREATE FUNCTION "S-1".lexize(internal, internal, internal, internal) RETURNS internal
LANGUAGE internal STRICT
AS $$dsimple_lexize$$;
ALTER FUNCTION "S-1".lexize(internal, internal, internal, internal) OWNER TO postgres;

CREATE TEXT SEARCH TEMPLATE "S-1"."It's" (INIT = "S-1".init, LEXIZE = "S-1".lexize);
COMMENT ON TEXT SEARCH TEMPLATE "S-1"."It's" IS 'it''s whole';

CREATE TEXT SEARCH TEMPLATE public.plain (LEXIZE = dsimple_lexize);

CREATE TEXT SEARCH DICTIONARY public.a_first (TEMPLATE = "S-1"."It's", stopwords = 'english');
ALTER TEXT SEARCH DICTIONARY public.a_first OWNER TO postgres;
