SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE FUNCTION "S-1".cmp(integer, smallint) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN btint42cmp($1, $2);
ALTER FUNCTION "S-1".cmp(integer, smallint) OWNER TO postgres;

CREATE FUNCTION public.gap(point, point) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN 1;
ALTER FUNCTION public.gap(point, point) OWNER TO postgres;

CREATE OPERATOR "S-1".@< (FUNCTION = int42lt, LEFTARG = integer, RIGHTARG = smallint);
ALTER OPERATOR "S-1".@< (integer, smallint) OWNER TO postgres;

CREATE OPERATOR public.<~> (FUNCTION = public.gap, LEFTARG = point, RIGHTARG = point);
ALTER OPERATOR public.<~> (point, point) OWNER TO postgres;

CREATE OPERATOR FAMILY "S-1"."F" USING btree;
ALTER OPERATOR FAMILY "S-1"."F" USING btree OWNER TO postgres;
COMMENT ON OPERATOR FAMILY "S-1"."F" USING btree IS 'ordered';

CREATE OPERATOR FAMILY "S-1"."F" USING hash;
ALTER OPERATOR FAMILY "S-1"."F" USING hash OWNER TO r_owner;
COMMENT ON OPERATOR FAMILY "S-1"."F" USING hash IS 'it''s empty';

CREATE OPERATOR FAMILY public.own_order USING btree;
ALTER OPERATOR FAMILY public.own_order USING btree OWNER TO postgres;

CREATE OPERATOR FAMILY public.sorted USING gist;
ALTER OPERATOR FAMILY public.sorted USING gist OWNER TO postgres;

ALTER OPERATOR FAMILY "S-1"."F" USING btree ADD OPERATOR 1 pg_catalog.<(bigint, integer);

ALTER OPERATOR FAMILY "S-1"."F" USING btree ADD OPERATOR 1 "S-1".@<(integer, smallint);

ALTER OPERATOR FAMILY "S-1"."F" USING btree ADD OPERATOR 3 pg_catalog.=(integer, integer);

ALTER OPERATOR FAMILY public.sorted USING gist ADD OPERATOR 20 pg_catalog.<->(point, point) FOR ORDER BY pg_catalog.float_ops;

ALTER OPERATOR FAMILY public.sorted USING gist ADD OPERATOR 21 public.<~>(point, point) FOR ORDER BY public.own_order;

ALTER OPERATOR FAMILY "S-1"."F" USING btree ADD FUNCTION 1 (integer, smallint) "S-1".cmp(integer,smallint);

ALTER OPERATOR FAMILY "S-1"."F" USING btree ADD FUNCTION 2 (integer, integer) btint4sortsupport(internal);

ALTER OPERATOR FAMILY public.sorted USING gist ADD FUNCTION 8 (point, point) gist_point_distance(internal,point,smallint,oid,internal);

CREATE OPERATOR CLASS "S-1".f8 FOR TYPE bigint USING btree FAMILY "S-1"."F" AS
  OPERATOR 1 pg_catalog.<(bigint, bigint),
  OPERATOR 3 pg_catalog.=(bigint, bigint),
  OPERATOR 5 pg_catalog.>(bigint, bigint),
  FUNCTION 1 (bigint, bigint) btint8cmp(bigint,bigint);
ALTER OPERATOR CLASS "S-1".f8 USING btree OWNER TO postgres;

CREATE OPERATOR CLASS public.own_order FOR TYPE integer USING btree FAMILY public.own_order AS
  OPERATOR 1 pg_catalog.<(integer, integer),
  FUNCTION 1 (integer, integer) btint4cmp(integer,integer);
ALTER OPERATOR CLASS public.own_order USING btree OWNER TO postgres;
