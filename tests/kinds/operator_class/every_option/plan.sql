SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE TYPE public.size AS ENUM ('s', 'm', 'l');
ALTER TYPE public.size OWNER TO postgres;

CREATE FUNCTION "S-1"."byAbs"(integer, integer) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN btint4cmp(abs($1), abs($2));
ALTER FUNCTION "S-1"."byAbs"(integer, integer) OWNER TO postgres;

CREATE FUNCTION "S-1".lt(integer, integer) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN (abs($1) < abs($2));
ALTER FUNCTION "S-1".lt(integer, integer) OWNER TO postgres;

CREATE OPERATOR "S-1".|<| (FUNCTION = "S-1".lt, LEFTARG = integer, RIGHTARG = integer);
ALTER OPERATOR "S-1".|<| (integer, integer) OWNER TO postgres;

CREATE OPERATOR FAMILY "S-1"."absOps" USING btree;
ALTER OPERATOR FAMILY "S-1"."absOps" USING btree OWNER TO postgres;
COMMENT ON OPERATOR FAMILY "S-1"."absOps" USING btree IS 'made with the class';

CREATE OPERATOR FAMILY "S-1".shared USING hash;
ALTER OPERATOR FAMILY "S-1".shared USING hash OWNER TO postgres;

CREATE OPERATOR FAMILY public.bare USING btree;
ALTER OPERATOR FAMILY public.bare USING btree OWNER TO postgres;

CREATE OPERATOR FAMILY public.nearest USING gist;
ALTER OPERATOR FAMILY public.nearest USING gist OWNER TO postgres;

CREATE OPERATOR FAMILY public.range_of_money USING brin;
ALTER OPERATOR FAMILY public.range_of_money USING brin OWNER TO postgres;

CREATE OPERATOR FAMILY public.size_ops USING btree;
ALTER OPERATOR FAMILY public.size_ops USING btree OWNER TO postgres;

ALTER OPERATOR FAMILY "S-1".shared USING hash ADD OPERATOR 1 pg_catalog.=(integer, bigint);

ALTER OPERATOR FAMILY public.size_ops USING btree ADD OPERATOR 1 pg_catalog.<(anyenum, anyenum);

ALTER OPERATOR FAMILY public.nearest USING gist ADD OPERATOR 1 pg_catalog.<<(point, point);

ALTER OPERATOR FAMILY public.nearest USING gist ADD OPERATOR 15 pg_catalog.<->(point, point) FOR ORDER BY pg_catalog.float_ops;

ALTER OPERATOR FAMILY public.size_ops USING btree ADD OPERATOR 2 pg_catalog.<=(anyenum, anyenum);

ALTER OPERATOR FAMILY public.size_ops USING btree ADD OPERATOR 3 pg_catalog.=(anyenum, anyenum);

ALTER OPERATOR FAMILY public.size_ops USING btree ADD OPERATOR 4 pg_catalog.>=(anyenum, anyenum);

ALTER OPERATOR FAMILY public.size_ops USING btree ADD OPERATOR 5 pg_catalog.>(anyenum, anyenum);

ALTER OPERATOR FAMILY "S-1".shared USING hash ADD FUNCTION 2 (integer, integer) hashint4extended(integer,bigint);

ALTER OPERATOR FAMILY pg_catalog.array_ops USING gin ADD FUNCTION 1 (integer[], integer[]) btint4cmp(integer,integer);

ALTER OPERATOR FAMILY public.nearest USING gist ADD FUNCTION 3 (point, point) gist_point_compress(internal);

ALTER OPERATOR FAMILY public.nearest USING gist ADD FUNCTION 8 (point, point) gist_point_distance(internal,point,smallint,oid,internal);

CREATE OPERATOR CLASS "S-1"."absOps" FOR TYPE integer USING btree FAMILY "S-1"."absOps" AS
  OPERATOR 1 "S-1".|<|(integer, integer),
  OPERATOR 3 pg_catalog.=(integer, integer),
  FUNCTION 1 (integer, integer) "S-1"."byAbs"(integer,integer);
ALTER OPERATOR CLASS "S-1"."absOps" USING btree OWNER TO r_owner;
COMMENT ON OPERATOR CLASS "S-1"."absOps" USING btree IS 'it''s absolute';

CREATE OPERATOR CLASS "S-1".shared_int4 FOR TYPE integer USING hash FAMILY "S-1".shared AS
  OPERATOR 1 pg_catalog.=(integer, integer),
  FUNCTION 1 (integer, integer) hashint4(integer);
ALTER OPERATOR CLASS "S-1".shared_int4 USING hash OWNER TO postgres;

CREATE OPERATOR CLASS "S-1".shared_int8 FOR TYPE bigint USING hash FAMILY "S-1".shared AS
  OPERATOR 1 pg_catalog.=(bigint, bigint),
  FUNCTION 1 (bigint, bigint) hashint8(bigint);
ALTER OPERATOR CLASS "S-1".shared_int8 USING hash OWNER TO postgres;

CREATE OPERATOR CLASS public.bare FOR TYPE integer USING btree FAMILY public.bare AS
  STORAGE integer;
ALTER OPERATOR CLASS public.bare USING btree OWNER TO postgres;

CREATE OPERATOR CLASS public.elements FOR TYPE integer[] USING gin FAMILY pg_catalog.array_ops AS
  STORAGE integer;
ALTER OPERATOR CLASS public.elements USING gin OWNER TO postgres;

CREATE OPERATOR CLASS public.nearest FOR TYPE point USING gist FAMILY public.nearest AS
  FUNCTION 1 (point, point) gist_point_consistent(internal,point,smallint,oid,internal),
  FUNCTION 2 (point, point) gist_box_union(internal,internal),
  FUNCTION 5 (point, point) gist_box_penalty(internal,internal,internal),
  FUNCTION 6 (point, point) gist_box_picksplit(internal,internal),
  FUNCTION 7 (point, point) gist_box_same(box,box,internal),
  STORAGE box;
ALTER OPERATOR CLASS public.nearest USING gist OWNER TO postgres;

CREATE OPERATOR CLASS public.range_of_money FOR TYPE money USING brin FAMILY public.range_of_money AS
  OPERATOR 1 pg_catalog.<(money, money),
  OPERATOR 3 pg_catalog.=(money, money),
  FUNCTION 1 (money, money) brin_minmax_opcinfo(internal),
  FUNCTION 2 (money, money) brin_minmax_add_value(internal,internal,internal,internal),
  FUNCTION 3 (money, money) brin_minmax_consistent(internal,internal,internal),
  FUNCTION 4 (money, money) brin_minmax_union(internal,internal,internal);
ALTER OPERATOR CLASS public.range_of_money USING brin OWNER TO postgres;

CREATE OPERATOR CLASS public.size_ops DEFAULT FOR TYPE public.size USING btree FAMILY public.size_ops AS
  FUNCTION 1 (public.size, public.size) enum_cmp(anyenum,anyenum);
ALTER OPERATOR CLASS public.size_ops USING btree OWNER TO postgres;

CREATE TABLE public.t (
  a integer,
  s public.size
);
ALTER TABLE public.t OWNER TO postgres;

CREATE INDEX ta ON public.t USING btree (a "S-1"."absOps");

CREATE INDEX ts ON public.t USING btree (s);
