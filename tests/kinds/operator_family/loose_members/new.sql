-- Families without classes, of one name for two access methods, with members of all sorts.
CREATE SCHEMA "S-1";
CREATE OPERATOR FAMILY "S-1"."F" USING btree;
CREATE OPERATOR FAMILY "S-1"."F" USING hash;
CREATE FUNCTION "S-1".cmp(integer, smallint) RETURNS integer LANGUAGE sql IMMUTABLE
    RETURN btint42cmp($1, $2);
CREATE OPERATOR "S-1".@< (FUNCTION = int42lt, LEFTARG = integer, RIGHTARG = smallint);
ALTER OPERATOR FAMILY "S-1"."F" USING btree ADD
    OPERATOR 1 "S-1".@< (integer, smallint), OPERATOR 3 = (integer, integer),
    FUNCTION 1 (integer, smallint) "S-1".cmp(integer, smallint),
    FUNCTION 2 (integer, integer) btint4sortsupport(internal);
CREATE OPERATOR CLASS "S-1".f8 FOR TYPE bigint USING btree FAMILY "S-1"."F" AS
    OPERATOR 1 <, OPERATOR 3 =, OPERATOR 1 < (bigint, integer), FUNCTION 1 btint8cmp(bigint, bigint);
ALTER OPERATOR FAMILY "S-1"."F" USING btree ADD OPERATOR 5 > (bigint, bigint);
CREATE OPERATOR FAMILY sorted USING gist;
ALTER OPERATOR FAMILY sorted USING gist ADD
    OPERATOR 20 <-> (point, point) FOR ORDER BY float_ops,
    FUNCTION 8 (point, point) gist_point_distance(internal, point, smallint, oid, internal);
CREATE OPERATOR FAMILY own_order USING btree;
CREATE FUNCTION gap(point, point) RETURNS integer LANGUAGE sql IMMUTABLE RETURN 1;
CREATE OPERATOR <~> (FUNCTION = gap, LEFTARG = point, RIGHTARG = point);
CREATE OPERATOR CLASS own_order FOR TYPE integer USING btree FAMILY own_order AS
    OPERATOR 1 <, FUNCTION 1 btint4cmp(integer, integer);
ALTER OPERATOR FAMILY sorted USING gist ADD OPERATOR 21 <~> (point, point) FOR ORDER BY own_order;
ALTER OPERATOR FAMILY "S-1"."F" USING hash OWNER TO r_owner;
COMMENT ON OPERATOR FAMILY "S-1"."F" USING hash IS 'it''s empty';
COMMENT ON OPERATOR FAMILY "S-1"."F" USING btree IS 'ordered';
