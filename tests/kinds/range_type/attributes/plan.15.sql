SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;
GRANT USAGE ON SCHEMA "S-1" TO r_reader;

CREATE TYPE public.level AS ENUM ('low', 'high');
ALTER TYPE public.level OWNER TO postgres;

CREATE TYPE public.floats AS RANGE (
  SUBTYPE = double precision,
  SUBTYPE_DIFF = float8mi,
  MULTIRANGE_TYPE_NAME = public.floats_multirange
);
ALTER TYPE public.floats OWNER TO postgres;

CREATE TYPE public.levelrange AS RANGE (
  SUBTYPE = public.level,
  SUBTYPE_OPCLASS = pg_catalog.enum_ops,
  MULTIRANGE_TYPE_NAME = public.levelmultirange
);
ALTER TYPE public.levelrange OWNER TO postgres;

CREATE TYPE public.names AS RANGE (
  SUBTYPE = character varying,
  SUBTYPE_OPCLASS = pg_catalog.text_ops,
  MULTIRANGE_TYPE_NAME = public.names_multirange
);
ALTER TYPE public.names OWNER TO postgres;

CREATE FUNCTION "S-1"."textDiff"(text, text) RETURNS double precision
LANGUAGE sql IMMUTABLE
RETURN (length($1) - length($2));
ALTER FUNCTION "S-1"."textDiff"(text, text) OWNER TO postgres;

CREATE TYPE "S-1"."Words" AS RANGE (
  SUBTYPE = text,
  SUBTYPE_OPCLASS = pg_catalog.text_pattern_ops,
  COLLATION = pg_catalog."C",
  SUBTYPE_DIFF = "S-1"."textDiff",
  MULTIRANGE_TYPE_NAME = "S-1"."ManyWords"
);
ALTER TYPE "S-1"."Words" OWNER TO r_owner;
REVOKE USAGE ON TYPE "S-1"."Words" FROM PUBLIC;
GRANT USAGE ON TYPE "S-1"."Words" TO r_reader WITH GRANT OPTION;
SET LOCAL ROLE r_reader;
GRANT USAGE ON TYPE "S-1"."Words" TO PUBLIC;
RESET ROLE;
COMMENT ON TYPE "S-1"."Words" IS 'it''s a range';

CREATE DOMAIN public.many AS "S-1"."ManyWords" DEFAULT "S-1"."ManyWords"("S-1"."Words"('a'::text, 'b'::text));
ALTER DOMAIN public.many OWNER TO postgres;

CREATE TABLE public.spans (
  f public.floats DEFAULT public.floats((1)::double precision, (2)::double precision),
  m public.floats_multirange[],
  l public.levelmultirange
);
ALTER TABLE public.spans OWNER TO postgres;
