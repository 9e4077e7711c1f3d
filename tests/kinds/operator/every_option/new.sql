-- Binary and prefix operators, every option, quoted schema, an operator of another schema in use.
CREATE SCHEMA "S-1";
CREATE FUNCTION "S-1"."isLike"(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE
    RETURN $1 = $2;
CREATE FUNCTION "S-1".twice(numeric) RETURNS numeric LANGUAGE sql RETURN $1 * 2;
CREATE OPERATOR "S-1".=== (
    FUNCTION = "S-1"."isLike", LEFTARG = integer, RIGHTARG = integer,
    COMMUTATOR = OPERATOR("S-1".===), NEGATOR = OPERATOR("S-1".!==),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR "S-1".!== (
    FUNCTION = int4ne, LEFTARG = integer, RIGHTARG = integer,
    COMMUTATOR = OPERATOR("S-1".!==), NEGATOR = OPERATOR("S-1".===),
    RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR "S-1".@+ (FUNCTION = "S-1".twice, RIGHTARG = numeric);
CREATE TYPE pair AS (a integer, b integer);
CREATE FUNCTION "S-1".sum(pair, bigint[]) RETURNS bigint LANGUAGE sql RETURN ($1).a + $2[1];
CREATE OPERATOR public.+ (FUNCTION = "S-1".sum, LEFTARG = pair, RIGHTARG = bigint[]);
CREATE OPERATOR public.= (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer);
CREATE TABLE t (a integer CHECK (a OPERATOR("S-1".===) 1), b numeric
    GENERATED ALWAYS AS (abs(b2)) STORED, b2 numeric DEFAULT (OPERATOR("S-1".@+) 2));
CREATE VIEW v AS SELECT a FROM t WHERE a OPERATOR(public.=) 2;
ALTER OPERATOR "S-1".=== (integer, integer) OWNER TO r_owner;
ALTER OPERATOR "S-1".@+ (NONE, numeric) OWNER TO r_owner;
COMMENT ON OPERATOR "S-1".=== (integer, integer) IS 'it''s alike';
COMMENT ON OPERATOR "S-1".@+ (NONE, numeric) IS 'twice';
