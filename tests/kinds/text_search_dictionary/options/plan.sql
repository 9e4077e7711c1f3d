CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE EXTENSION dict_int WITH SCHEMA public;

CREATE TEXT SEARCH TEMPLATE "S-1"."Any" (INIT = prsd_lextype, LEXIZE = dsimple_lexize);

CREATE TEXT SEARCH TEMPLATE public.careless (LEXIZE = dsimple_lexize);

CREATE TEXT SEARCH DICTIONARY "S-1"."It's" (TEMPLATE = pg_catalog.snowball, language = 'english', stopwords = 'english');
ALTER TEXT SEARCH DICTIONARY "S-1"."It's" OWNER TO r_owner;
COMMENT ON TEXT SEARCH DICTIONARY "S-1"."It's" IS 'it''s English';

CREATE TEXT SEARCH DICTIONARY "S-1".accepting (TEMPLATE = pg_catalog.simple, accept = 'false');
ALTER TEXT SEARCH DICTIONARY "S-1".accepting OWNER TO postgres;

CREATE TEXT SEARCH DICTIONARY public.numbers (TEMPLATE = public.intdict_template, maxlen = 4, rejectlong = 'true');
ALTER TEXT SEARCH DICTIONARY public.numbers OWNER TO postgres;

CREATE TEXT SEARCH DICTIONARY public.of_careless (TEMPLATE = public.careless);
ALTER TEXT SEARCH DICTIONARY public.of_careless OWNER TO postgres;

CREATE TEXT SEARCH DICTIONARY public.plain (TEMPLATE = pg_catalog.simple);
ALTER TEXT SEARCH DICTIONARY public.plain OWNER TO postgres;

CREATE TEXT SEARCH DICTIONARY public.same (TEMPLATE = pg_catalog.synonym, synonyms = 'synonym_sample');
ALTER TEXT SEARCH DICTIONARY public.same OWNER TO postgres;

CREATE TEXT SEARCH DICTIONARY public.strange (
  TEMPLATE = "S-1"."Any",
  "A ""name"" = x, y" = E'it''s, = \\ "x"', minus = -5, part = 1.50, "select" = 'a = b, c', void = '', big = 12345678901234567890, word = 'english', "Dict" = 'S-1.accepting', lines = 'one
  two', switch = 'on'
);
ALTER TEXT SEARCH DICTIONARY public.strange OWNER TO postgres;
