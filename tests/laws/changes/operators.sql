-- Operators, operator families and classes, access methods, base, shell and range types.
CREATE SCHEMA s;
CREATE SCHEMA other;
CREATE TYPE s.base;
CREATE FUNCTION s.base_in(cstring) RETURNS s.base LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION s.base_out(s.base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION s.base_recv(internal) RETURNS s.base LANGUAGE internal STABLE AS 'textrecv';
CREATE FUNCTION s.base_send(s.base) RETURNS bytea LANGUAGE internal STABLE AS 'textsend';
CREATE FUNCTION s.modin(cstring[]) RETURNS integer LANGUAGE internal AS 'varchartypmodin';
CREATE FUNCTION s.modout(integer) RETURNS cstring LANGUAGE internal AS 'varchartypmodout';
CREATE FUNCTION s.stats(internal) RETURNS boolean LANGUAGE internal AS 'array_typanalyze';
CREATE FUNCTION s.parts(internal) RETURNS internal LANGUAGE internal AS 'raw_array_subscript_handler';
CREATE TYPE s.base (INPUT = s.base_in, OUTPUT = s.base_out, STORAGE = plain);
CREATE TYPE s.shell;
CREATE FUNCTION s.ordered(integer, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN true;
CREATE OPERATOR s.<< (FUNCTION = s.ordered, LEFTARG = integer, RIGHTARG = bigint);
CREATE OPERATOR s.>> (FUNCTION = int84gt, LEFTARG = bigint, RIGHTARG = integer);
CREATE OPERATOR s.!<< (FUNCTION = int48ge, LEFTARG = integer, RIGHTARG = bigint);
CREATE OPERATOR s.- (FUNCTION = int4um, RIGHTARG = integer);
CREATE FUNCTION s.cmp(integer, bigint) RETURNS integer LANGUAGE sql IMMUTABLE RETURN 0;
CREATE FUNCTION s.cmp2(integer, bigint) RETURNS integer LANGUAGE sql IMMUTABLE RETURN 0;
CREATE OPERATOR FAMILY s.fam USING btree;
CREATE OPERATOR CLASS s.cls FOR TYPE integer USING btree FAMILY s.fam AS
    OPERATOR 1 <, FUNCTION 1 btint4cmp(integer, integer);
CREATE OPERATOR FAMILY s.gin USING gin;
CREATE TYPE s.r AS RANGE (SUBTYPE = float8);

-- CHANGES
-- pg_operator
ALTER OPERATOR s.<< (integer, bigint) SET (RESTRICT = scalarltsel)
ALTER OPERATOR s.<< (integer, bigint) SET (JOIN = scalarltjoinsel)
ALTER OPERATOR s.<< (integer, bigint) SET (RESTRICT = NONE)
ALTER OPERATOR s.<< (integer, bigint) SET (COMMUTATOR = OPERATOR(s.>>)) -- 17
ALTER OPERATOR s.<< (integer, bigint) SET (NEGATOR = OPERATOR(s.!<<)) -- 17
ALTER OPERATOR s.<< (integer, bigint) SET (HASHES) -- 17
ALTER OPERATOR s.<< (integer, bigint) SET (MERGES) -- 17
DROP OPERATOR s.!<< (integer, bigint)
DROP OPERATOR s.>> (bigint, integer)
ALTER OPERATOR s.<< (integer, bigint) OWNER TO r_owner
COMMENT ON OPERATOR s.<< (integer, bigint) IS 'x'
COMMENT ON OPERATOR s.- (NONE, integer) IS 'x'
ALTER OPERATOR s.- (NONE, integer) SET SCHEMA other
CREATE OPERATOR s.## (FUNCTION = int48eq, LEFTARG = integer, RIGHTARG = bigint, COMMUTATOR = OPERATOR(s.@#))
ALTER OPERATOR s.@# (bigint, integer) OWNER TO r_owner
CREATE OPERATOR s.@# (FUNCTION = int84eq, LEFTARG = bigint, RIGHTARG = integer, HASHES, MERGES, COMMUTATOR = OPERATOR(s.##))
DROP OPERATOR s.@# (bigint, integer); CREATE OPERATOR s.@# (FUNCTION = int84ne, LEFTARG = bigint, RIGHTARG = integer)
DROP OPERATOR s.@# (bigint, integer); CREATE OPERATOR s.@# (FUNCTION = int84ne, LEFTARG = bigint, RIGHTARG = integer, HASHES)
DROP OPERATOR s.@# (bigint, integer); CREATE OPERATOR s.@# (FUNCTION = int84ne, LEFTARG = bigint, RIGHTARG = integer, MERGES)
DROP OPERATOR s.@# (bigint, integer); CREATE OPERATOR s.@# (FUNCTION = int84ne, LEFTARG = bigint, RIGHTARG = integer, NEGATOR = OPERATOR(s.@!#))
DROP OPERATOR s.@# (bigint, integer)
-- pg_opfamily
ALTER OPERATOR FAMILY s.fam USING btree OWNER TO r_owner
COMMENT ON OPERATOR FAMILY s.fam USING btree IS 'x'
ALTER OPERATOR FAMILY s.fam USING btree RENAME TO fam2
ALTER OPERATOR FAMILY s.fam2 USING btree SET SCHEMA other
CREATE OPERATOR FAMILY s.fam USING hash
DROP OPERATOR FAMILY s.fam USING hash
-- pg_amop, pg_amproc
ALTER OPERATOR FAMILY other.fam2 USING btree ADD OPERATOR 1 s.<< (integer, bigint)
ALTER OPERATOR FAMILY other.fam2 USING btree DROP OPERATOR 1 (integer, bigint)
ALTER OPERATOR FAMILY other.fam2 USING btree ADD OPERATOR 2 s.<< (integer, bigint)
ALTER OPERATOR FAMILY other.fam2 USING btree ADD OPERATOR 5 > (integer, integer)
ALTER OPERATOR FAMILY other.fam2 USING btree ADD FUNCTION 1 (integer, bigint) s.cmp(integer, bigint)
ALTER OPERATOR FAMILY other.fam2 USING btree DROP FUNCTION 1 (integer, bigint); ALTER OPERATOR FAMILY other.fam2 USING btree ADD FUNCTION 1 (integer, bigint) s.cmp2(integer, bigint)
ALTER OPERATOR FAMILY pg_catalog.point_ops USING gist ADD OPERATOR 99 <-> (box, point) FOR ORDER BY float_ops
ALTER OPERATOR FAMILY pg_catalog.point_ops USING gist DROP OPERATOR 99 (box, point); ALTER OPERATOR FAMILY pg_catalog.point_ops USING gist ADD OPERATOR 99 <-> (box, point) FOR ORDER BY integer_ops
ALTER OPERATOR FAMILY pg_catalog.text_ops USING hash ADD FUNCTION 2 (integer, integer) hashint4extended(integer, bigint)
ALTER OPERATOR FAMILY s.gin USING gin ADD OPERATOR 1 = (integer, integer)
-- pg_opclass
ALTER OPERATOR CLASS s.cls USING btree OWNER TO r_owner
COMMENT ON OPERATOR CLASS s.cls USING btree IS 'x'
ALTER OPERATOR CLASS s.cls USING btree RENAME TO cls2
ALTER OPERATOR CLASS s.cls2 USING btree SET SCHEMA other
CREATE OPERATOR CLASS s.g FOR TYPE integer[] USING gin FAMILY s.gin AS STORAGE integer
DROP OPERATOR CLASS s.g USING gin; CREATE OPERATOR CLASS s.g FOR TYPE integer[] USING gin FAMILY s.gin AS STORAGE bigint
DROP OPERATOR CLASS s.g USING gin; CREATE OPERATOR CLASS s.g FOR TYPE smallint[] USING gin FAMILY s.gin AS STORAGE bigint
DROP OPERATOR CLASS s.g USING gin; CREATE OPERATOR CLASS s.g DEFAULT FOR TYPE smallint[] USING gin FAMILY s.gin AS STORAGE bigint
DROP OPERATOR CLASS s.g USING gin; CREATE OPERATOR CLASS s.g DEFAULT FOR TYPE smallint[] USING gin FAMILY array_ops AS STORAGE bigint
DROP OPERATOR CLASS s.g USING gin; CREATE OPERATOR CLASS s.g DEFAULT FOR TYPE smallint[] USING gin FAMILY array_ops AS STORAGE bigint, FUNCTION 1 btint4cmp(integer, integer)
CREATE OPERATOR CLASS s.h FOR TYPE integer USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(integer)
DROP OPERATOR FAMILY s.h USING hash CASCADE; CREATE OPERATOR CLASS s.h FOR TYPE integer USING hash AS OPERATOR 1 <>, FUNCTION 1 hashint4(integer)
-- pg_am
CREATE ACCESS METHOD tree TYPE INDEX HANDLER bthandler
COMMENT ON ACCESS METHOD tree IS 'x'
DROP ACCESS METHOD tree; CREATE ACCESS METHOD tree TYPE INDEX HANDLER hashhandler
DROP ACCESS METHOD tree; CREATE ACCESS METHOD tree TYPE TABLE HANDLER heap_tableam_handler
-- pg_type of base types
ALTER TYPE s.base SET (RECEIVE = s.base_recv)
ALTER TYPE s.base SET (SEND = s.base_send)
ALTER TYPE s.base SET (TYPMOD_IN = s.modin)
ALTER TYPE s.base SET (TYPMOD_OUT = s.modout)
ALTER TYPE s.base SET (ANALYZE = s.stats)
ALTER TYPE s.base SET (SUBSCRIPT = s.parts)
ALTER TYPE s.base SET (SUBSCRIPT = NONE)
ALTER TYPE s.base SET (STORAGE = main)
ALTER TYPE s.base OWNER TO r_owner
GRANT USAGE ON TYPE s.base TO r_reader
REVOKE USAGE ON TYPE s.base FROM PUBLIC
COMMENT ON TYPE s.base IS 'x'
UPDATE pg_type SET typlen = -2 WHERE oid = 's.base'::regtype
UPDATE pg_type SET typlen = 8 WHERE oid = 's.base'::regtype
UPDATE pg_type SET typbyval = true WHERE oid = 's.base'::regtype
UPDATE pg_type SET typalign = 'd' WHERE oid = 's.base'::regtype
UPDATE pg_type SET typcategory = 'S' WHERE oid = 's.base'::regtype
UPDATE pg_type SET typispreferred = true WHERE oid = 's.base'::regtype
UPDATE pg_type SET typdefault = 'x' WHERE oid = 's.base'::regtype
UPDATE pg_type SET typelem = 'integer'::regtype WHERE oid = 's.base'::regtype
UPDATE pg_type SET typdelim = ';' WHERE oid = 's.base'::regtype
UPDATE pg_type SET typcollation = 100 WHERE oid = 's.base'::regtype
UPDATE pg_type SET typinput = 'textin'::regproc WHERE oid = 's.base'::regtype
UPDATE pg_type SET typoutput = 'textout'::regproc WHERE oid = 's.base'::regtype
ALTER TYPE s.base SET SCHEMA other
-- pg_type of shells
ALTER TYPE s.shell OWNER TO r_owner
COMMENT ON TYPE s.shell IS 'x'
REVOKE USAGE ON TYPE s.shell FROM PUBLIC -- 18
DROP TYPE s.shell
-- pg_type of multiranges
COMMENT ON TYPE s.r_multirange IS 'x'
GRANT USAGE ON TYPE s.r_multirange TO r_reader -- 14..16
REVOKE USAGE ON TYPE s.r_multirange FROM PUBLIC -- 14..16
ALTER TYPE s.r OWNER TO r_owner
