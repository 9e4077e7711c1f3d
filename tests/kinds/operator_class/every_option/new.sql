-- Classes of every access method, in families of their own, shared and of the system.
CREATE SCHEMA "S-1";
CREATE FUNCTION "S-1"."byAbs"(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE
    RETURN btint4cmp(abs($1), abs($2));
CREATE FUNCTION "S-1".lt(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE
    RETURN abs($1) < abs($2);
CREATE OPERATOR "S-1".|<| (FUNCTION = "S-1".lt, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR CLASS "S-1"."absOps" FOR TYPE integer USING btree AS
    OPERATOR 1 "S-1".|<|, OPERATOR 3 =, FUNCTION 1 "S-1"."byAbs"(integer, integer);
CREATE TYPE size AS ENUM ('s', 'm', 'l');
CREATE OPERATOR CLASS size_ops DEFAULT FOR TYPE size USING btree AS
    OPERATOR 1 < (anyenum, anyenum), OPERATOR 2 <= (anyenum, anyenum),
    OPERATOR 3 = (anyenum, anyenum), OPERATOR 4 >= (anyenum, anyenum),
    OPERATOR 5 > (anyenum, anyenum), FUNCTION 1 (size, size) enum_cmp(anyenum, anyenum);
CREATE OPERATOR FAMILY "S-1".shared USING hash;
CREATE OPERATOR CLASS "S-1".shared_int4 FOR TYPE integer USING hash FAMILY "S-1".shared AS
    OPERATOR 1 =, FUNCTION 1 hashint4(integer), FUNCTION 2 hashint4extended(integer, bigint);
CREATE OPERATOR CLASS "S-1".shared_int8 FOR TYPE bigint USING hash FAMILY "S-1".shared AS
    OPERATOR 1 =, OPERATOR 1 = (integer, bigint), FUNCTION 1 hashint8(bigint);
CREATE OPERATOR CLASS nearest FOR TYPE point USING gist AS
    OPERATOR 1 <<, OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops,
    FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal),
    FUNCTION 2 gist_box_union(internal, internal), FUNCTION 3 gist_point_compress(internal),
    FUNCTION 5 gist_box_penalty(internal, internal, internal),
    FUNCTION 6 gist_box_picksplit(internal, internal), FUNCTION 7 gist_box_same(box, box, internal),
    FUNCTION 8 gist_point_distance(internal, point, smallint, oid, internal), STORAGE box;
CREATE OPERATOR CLASS elements FOR TYPE integer[] USING gin FAMILY array_ops AS
    STORAGE integer, FUNCTION 1 btint4cmp(integer, integer);
CREATE OPERATOR CLASS range_of_money FOR TYPE money USING brin AS
    OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 brin_minmax_opcinfo(internal),
    FUNCTION 2 brin_minmax_add_value(internal, internal, internal, internal),
    FUNCTION 3 brin_minmax_consistent(internal, internal, internal),
    FUNCTION 4 brin_minmax_union(internal, internal, internal);
CREATE OPERATOR CLASS bare FOR TYPE integer USING btree AS STORAGE integer;
CREATE TABLE t (a integer, s size);
CREATE INDEX ta ON t (a "S-1"."absOps");
CREATE INDEX ts ON t (s);
ALTER OPERATOR CLASS "S-1"."absOps" USING btree OWNER TO r_owner;
COMMENT ON OPERATOR CLASS "S-1"."absOps" USING btree IS 'it''s absolute';
COMMENT ON OPERATOR FAMILY "S-1"."absOps" USING btree IS 'made with the class';
