SET LOCAL check_function_bodies = off;

CREATE EXTENSION btree_gist WITH SCHEMA public;

CREATE FUNCTION public.near(text, text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN true;
ALTER FUNCTION public.near(text, text) OWNER TO postgres;

CREATE OPERATOR public.<?> (FUNCTION = public.near, LEFTARG = text, RIGHTARG = text);
ALTER OPERATOR public.<?> (text, text) OWNER TO postgres;

ALTER OPERATOR FAMILY public.gist_int2_ops USING gist ADD OPERATOR 1 pg_catalog.<("char", "char");

ALTER OPERATOR FAMILY public.gist_text_ops USING gist ADD OPERATOR 70 public.<?>(text, text);

CREATE OPERATOR CLASS public.letters FOR TYPE "char" USING gist FAMILY public.gist_int2_ops AS
  FUNCTION 1 ("char", "char") public.gbt_int2_consistent(internal,smallint,smallint,oid,internal),
  FUNCTION 2 ("char", "char") public.gbt_int2_union(internal,internal),
  FUNCTION 5 ("char", "char") public.gbt_int2_penalty(internal,internal,internal),
  FUNCTION 6 ("char", "char") public.gbt_int2_picksplit(internal,internal),
  FUNCTION 7 ("char", "char") public.gbt_int2_same(public.gbtreekey4,public.gbtreekey4,internal),
  STORAGE public.gbtreekey4;
ALTER OPERATOR CLASS public.letters USING gist OWNER TO postgres;
