CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE TEXT SEARCH PARSER "S-1"."Parser" (
  START = prsd_start,
  GETTOKEN = prsd_nexttoken,
  END = prsd_end,
  LEXTYPES = prsd_lextype
);

CREATE TEXT SEARCH DICTIONARY "S-1"."It's" (TEMPLATE = pg_catalog.simple, accept = 'false');
ALTER TEXT SEARCH DICTIONARY "S-1"."It's" OWNER TO postgres;

CREATE TEXT SEARCH CONFIGURATION "S-1"."Words" (PARSER = "S-1"."Parser");
ALTER TEXT SEARCH CONFIGURATION "S-1"."Words" ADD MAPPING FOR asciiword, "int", word WITH "S-1"."It's", pg_catalog.simple, pg_catalog.english_stem;
ALTER TEXT SEARCH CONFIGURATION "S-1"."Words" ADD MAPPING FOR hword_asciipart WITH pg_catalog.simple;
ALTER TEXT SEARCH CONFIGURATION "S-1"."Words" ADD MAPPING FOR numword WITH pg_catalog.english_stem, pg_catalog.simple, "S-1"."It's";
ALTER TEXT SEARCH CONFIGURATION "S-1"."Words" OWNER TO r_owner;
COMMENT ON TEXT SEARCH CONFIGURATION "S-1"."Words" IS 'it''s mapped';

CREATE TEXT SEARCH CONFIGURATION public.bare (PARSER = pg_catalog."default");
ALTER TEXT SEARCH CONFIGURATION public.bare OWNER TO postgres;

CREATE TEXT SEARCH CONFIGURATION public.copied (PARSER = pg_catalog."default");
ALTER TEXT SEARCH CONFIGURATION public.copied ADD MAPPING FOR asciihword, asciiword, hword, hword_asciipart, hword_part, word WITH pg_catalog.english_stem;
ALTER TEXT SEARCH CONFIGURATION public.copied ADD MAPPING FOR email, file, "float", host, hword_numpart, "int", numhword, numword, sfloat, uint, url, url_path, version WITH pg_catalog.simple;
ALTER TEXT SEARCH CONFIGURATION public.copied OWNER TO postgres;

CREATE TABLE public.t (
  a text,
  b tsvector GENERATED ALWAYS AS (to_tsvector('"S-1"."Words"'::regconfig, a)) STORED
);
ALTER TABLE public.t OWNER TO postgres;

CREATE INDEX i ON public.t USING gin (to_tsvector('public.copied'::regconfig, a));
