-- Dictionaries with options of all kinds, of templates that are members and not.
CREATE SCHEMA "S-1";
CREATE EXTENSION dict_int;
CREATE TEXT SEARCH TEMPLATE careless (LEXIZE = dsimple_lexize);
-- This init function reads no options, so it takes any.
CREATE TEXT SEARCH TEMPLATE "S-1"."Any" (INIT = prsd_lextype, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = simple);
CREATE TEXT SEARCH DICTIONARY "S-1"."It's" (
    TEMPLATE = snowball, Language = english, StopWords = 'english');
CREATE TEXT SEARCH DICTIONARY "S-1".accepting (TEMPLATE = simple, accept = false);
CREATE TEXT SEARCH DICTIONARY same (TEMPLATE = synonym, SYNONYMS = synonym_sample);
CREATE TEXT SEARCH DICTIONARY of_careless (TEMPLATE = careless);
CREATE TEXT SEARCH DICTIONARY numbers (TEMPLATE = intdict_template, maxlen = 4, rejectlong = true);
CREATE TEXT SEARCH DICTIONARY strange (TEMPLATE = "S-1"."Any",
    "A ""name"" = x, y" = 'it''s, = \ "x"', minus = -5, part = 1.50, "select" = 'a = b, c', void = '',
    big = 12345678901234567890, word = English, "Dict" = 'S-1.accepting', lines = 'one
  two', switch = on);
ALTER TEXT SEARCH DICTIONARY "S-1"."It's" OWNER TO r_owner;
COMMENT ON TEXT SEARCH DICTIONARY "S-1"."It's" IS 'it''s English';
