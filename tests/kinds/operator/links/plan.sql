CREATE SCHEMA a;
ALTER SCHEMA a OWNER TO postgres;

CREATE SCHEMA b;
ALTER SCHEMA b OWNER TO postgres;

CREATE OPERATOR a.@@ (
  FUNCTION = int84gt,
  LEFTARG = bigint,
  RIGHTARG = integer,
  COMMUTATOR = OPERATOR(b.##)
);
ALTER OPERATOR a.@@ (bigint, integer) OWNER TO postgres;

CREATE OPERATOR b.!## (
  FUNCTION = int48ge,
  LEFTARG = integer,
  RIGHTARG = bigint,
  NEGATOR = OPERATOR(b.##)
);
ALTER OPERATOR b.!## (integer, bigint) OWNER TO postgres;

CREATE OPERATOR b.## (
  FUNCTION = int48lt,
  LEFTARG = integer,
  RIGHTARG = bigint,
  COMMUTATOR = OPERATOR(a.@@),
  NEGATOR = OPERATOR(b.!##)
);
ALTER OPERATOR b.## (integer, bigint) OWNER TO postgres;

CREATE OPERATOR b.<# (
  FUNCTION = int4lt,
  LEFTARG = integer,
  RIGHTARG = integer,
  COMMUTATOR = OPERATOR(a.>#)
);
ALTER OPERATOR b.<# (integer, integer) OWNER TO postgres;

CREATE OPERATOR a.># (FUNCTION = int4gt, LEFTARG = integer, RIGHTARG = integer);
ALTER OPERATOR a.># (integer, integer) OWNER TO postgres;

CREATE OPERATOR b.<<# (
  FUNCTION = int48lt,
  LEFTARG = integer,
  RIGHTARG = bigint,
  COMMUTATOR = OPERATOR(a.#>>),
  NEGATOR = OPERATOR(a.#>>=)
);
ALTER OPERATOR b.<<# (integer, bigint) OWNER TO postgres;

ALTER OPERATOR a.#>> (bigint, integer) OWNER TO r_owner;
COMMENT ON OPERATOR a.#>> (bigint, integer) IS 'to be defined';

ALTER OPERATOR a.#>>= (integer, bigint) OWNER TO postgres;
