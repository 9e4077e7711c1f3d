SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;
GRANT USAGE ON SCHEMA "S-1" TO r_reader;

CREATE TYPE public.raw;

CREATE TYPE public.words;

CREATE FUNCTION "S-1".modin(cstring[]) RETURNS integer
LANGUAGE internal IMMUTABLE STRICT
AS $$varchartypmodin$$;
ALTER FUNCTION "S-1".modin(cstring[]) OWNER TO postgres;

CREATE FUNCTION "S-1".modout(integer) RETURNS cstring
LANGUAGE internal IMMUTABLE STRICT
AS $$varchartypmodout$$;
ALTER FUNCTION "S-1".modout(integer) OWNER TO postgres;

CREATE FUNCTION "S-1".parts(internal) RETURNS internal
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE
AS $$raw_array_subscript_handler$$;
ALTER FUNCTION "S-1".parts(internal) OWNER TO postgres;

CREATE FUNCTION "S-1".stats(internal) RETURNS boolean
LANGUAGE internal
AS $$array_typanalyze$$;
ALTER FUNCTION "S-1".stats(internal) OWNER TO postgres;

CREATE TYPE "S-1"."Complex";

CREATE FUNCTION "S-1"."in"(cstring) RETURNS "S-1"."Complex"
LANGUAGE internal IMMUTABLE STRICT
AS $$int8in$$;
ALTER FUNCTION "S-1"."in"(cstring) OWNER TO postgres;

CREATE FUNCTION "S-1"."out"("S-1"."Complex") RETURNS cstring
LANGUAGE internal IMMUTABLE STRICT
AS $$int8out$$;
ALTER FUNCTION "S-1"."out"("S-1"."Complex") OWNER TO postgres;

CREATE FUNCTION "S-1".recv(internal) RETURNS "S-1"."Complex"
LANGUAGE internal IMMUTABLE STRICT
AS $$int8recv$$;
ALTER FUNCTION "S-1".recv(internal) OWNER TO postgres;

CREATE FUNCTION "S-1".send("S-1"."Complex") RETURNS bytea
LANGUAGE internal IMMUTABLE STRICT
AS $$int8send$$;
ALTER FUNCTION "S-1".send("S-1"."Complex") OWNER TO postgres;

CREATE TYPE "S-1"."Complex" (
  INPUT = "S-1"."in",
  OUTPUT = "S-1"."out",
  RECEIVE = "S-1".recv,
  SEND = "S-1".send,
  TYPMOD_IN = "S-1".modin,
  TYPMOD_OUT = "S-1".modout,
  ANALYZE = "S-1".stats,
  SUBSCRIPT = "S-1".parts,
  INTERNALLENGTH = 8,
  PASSEDBYVALUE,
  ALIGNMENT = double,
  STORAGE = plain,
  CATEGORY = 'X',
  PREFERRED = true,
  DEFAULT = '4''2',
  ELEMENT = integer,
  DELIMITER = ';'
);
ALTER TYPE "S-1"."Complex" OWNER TO r_owner;
REVOKE USAGE ON TYPE "S-1"."Complex" FROM PUBLIC;
GRANT USAGE ON TYPE "S-1"."Complex" TO r_reader WITH GRANT OPTION;
COMMENT ON TYPE "S-1"."Complex" IS 'it''s a complex number';

CREATE FUNCTION public.raw_in(cstring) RETURNS public.raw
LANGUAGE internal IMMUTABLE STRICT
AS $$byteain$$;
ALTER FUNCTION public.raw_in(cstring) OWNER TO postgres;

CREATE FUNCTION public.raw_out(public.raw) RETURNS cstring
LANGUAGE internal IMMUTABLE STRICT
AS $$byteaout$$;
ALTER FUNCTION public.raw_out(public.raw) OWNER TO postgres;

CREATE TYPE public.raw (
  INPUT = public.raw_in,
  OUTPUT = public.raw_out,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = int4,
  STORAGE = external
);
ALTER TYPE public.raw OWNER TO postgres;

CREATE FUNCTION public.words_in(cstring) RETURNS public.words
LANGUAGE internal IMMUTABLE STRICT
AS $$textin$$;
ALTER FUNCTION public.words_in(cstring) OWNER TO postgres;
COMMENT ON FUNCTION public.words_in(cstring) IS 'reads words';

CREATE FUNCTION public.words_out(public.words) RETURNS cstring
LANGUAGE internal IMMUTABLE STRICT
AS $$textout$$;
ALTER FUNCTION public.words_out(public.words) OWNER TO postgres;

CREATE TYPE public.words (
  INPUT = public.words_in,
  OUTPUT = public.words_out,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = int4,
  STORAGE = extended,
  COLLATABLE = true
);
ALTER TYPE public.words OWNER TO postgres;

CREATE DOMAIN public.one_word AS public.words DEFAULT 'a'::public.words;
ALTER DOMAIN public.one_word OWNER TO postgres;

CREATE FUNCTION public.add(public.words, public.words) RETURNS public.words[]
LANGUAGE sql IMMUTABLE
RETURN ARRAY[$1, $2];
ALTER FUNCTION public.add(public.words, public.words) OWNER TO postgres;

CREATE FUNCTION public.cmp(public.words, public.words) RETURNS integer
LANGUAGE internal IMMUTABLE STRICT
AS $$bttextcmp$$;
ALTER FUNCTION public.cmp(public.words, public.words) OWNER TO postgres;

CREATE FUNCTION public.lt(public.words, public.words) RETURNS boolean
LANGUAGE internal IMMUTABLE STRICT
AS $$text_lt$$;
ALTER FUNCTION public.lt(public.words, public.words) OWNER TO postgres;

CREATE OPERATOR public.< (FUNCTION = public.lt, LEFTARG = public.words, RIGHTARG = public.words);
ALTER OPERATOR public.< (public.words, public.words) OWNER TO postgres;

CREATE OPERATOR FAMILY public.words_ops USING btree;
ALTER OPERATOR FAMILY public.words_ops USING btree OWNER TO postgres;

CREATE OPERATOR CLASS public.words_ops DEFAULT FOR TYPE public.words USING btree FAMILY public.words_ops AS
  OPERATOR 1 public.<(public.words, public.words),
  FUNCTION 1 (public.words, public.words) public.cmp(public.words,public.words);
ALTER OPERATOR CLASS public.words_ops USING btree OWNER TO postgres;

CREATE TYPE public.span AS RANGE (SUBTYPE = public.words, MULTIRANGE_TYPE_NAME = public.span_multirange);
ALTER TYPE public.span OWNER TO postgres;

CREATE TABLE public.t (
  a "S-1"."Complex"(5),
  b public.words COLLATE pg_catalog."C",
  c public.raw[],
  d public.span,
  e public.one_word
);
ALTER TABLE public.t OWNER TO postgres;

CREATE INDEX tb ON public.t USING btree (b);
