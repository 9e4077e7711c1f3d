SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE TYPE public.pair AS (a integer, b integer);
ALTER TYPE public.pair OWNER TO postgres;

CREATE FUNCTION "S-1"."isLike"(integer, integer) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN ($1 = $2);
ALTER FUNCTION "S-1"."isLike"(integer, integer) OWNER TO postgres;

CREATE FUNCTION "S-1".sum(public.pair, bigint[]) RETURNS bigint
LANGUAGE sql
RETURN (($1).a + ($2)[1]);
ALTER FUNCTION "S-1".sum(public.pair, bigint[]) OWNER TO postgres;

CREATE FUNCTION "S-1".twice(numeric) RETURNS numeric
LANGUAGE sql
RETURN ($1 * (2)::numeric);
ALTER FUNCTION "S-1".twice(numeric) OWNER TO postgres;

CREATE OPERATOR "S-1".!== (
  FUNCTION = int4ne,
  LEFTARG = integer,
  RIGHTARG = integer,
  COMMUTATOR = OPERATOR("S-1".!==),
  NEGATOR = OPERATOR("S-1".===),
  RESTRICT = neqsel,
  JOIN = neqjoinsel
);
ALTER OPERATOR "S-1".!== (integer, integer) OWNER TO postgres;

CREATE OPERATOR "S-1".=== (
  FUNCTION = "S-1"."isLike",
  LEFTARG = integer,
  RIGHTARG = integer,
  COMMUTATOR = OPERATOR("S-1".===),
  NEGATOR = OPERATOR("S-1".!==),
  RESTRICT = eqsel,
  JOIN = eqjoinsel,
  HASHES,
  MERGES
);
ALTER OPERATOR "S-1".=== (integer, integer) OWNER TO r_owner;
COMMENT ON OPERATOR "S-1".=== (integer, integer) IS 'it''s alike';

CREATE OPERATOR "S-1".@+ (FUNCTION = "S-1".twice, RIGHTARG = numeric);
ALTER OPERATOR "S-1".@+ (NONE, numeric) OWNER TO r_owner;
COMMENT ON OPERATOR "S-1".@+ (NONE, numeric) IS 'twice';

CREATE OPERATOR public.+ (FUNCTION = "S-1".sum, LEFTARG = public.pair, RIGHTARG = bigint[]);
ALTER OPERATOR public.+ (public.pair, bigint[]) OWNER TO postgres;

CREATE OPERATOR public.= (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer);
ALTER OPERATOR public.= (integer, integer) OWNER TO postgres;

CREATE TABLE public.t (
  a integer,
  b numeric GENERATED ALWAYS AS (abs(b2)) STORED,
  b2 numeric DEFAULT (OPERATOR("S-1".@+) (2)::numeric)
);
ALTER TABLE public.t OWNER TO postgres;

ALTER TABLE public.t ADD CONSTRAINT t_a_check CHECK ((a OPERATOR("S-1".===) 1));

CREATE VIEW public.v AS
 SELECT a
   FROM public.t
  WHERE (a OPERATOR(public.=) 2);
ALTER VIEW public.v OWNER TO postgres;
