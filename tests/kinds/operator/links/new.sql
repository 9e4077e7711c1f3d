-- Commutators and negators: of two types, of two schemas, without the way back, never defined.
CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE OPERATOR b.## (
    FUNCTION = int48lt, LEFTARG = integer, RIGHTARG = bigint, COMMUTATOR = OPERATOR(a.@@),
    NEGATOR = OPERATOR(b.!##));
CREATE OPERATOR b.!## (
    FUNCTION = int48ge, LEFTARG = integer, RIGHTARG = bigint, NEGATOR = OPERATOR(b.##));
CREATE OPERATOR a.@@ (
    FUNCTION = int84gt, LEFTARG = bigint, RIGHTARG = integer, COMMUTATOR = OPERATOR(b.##));
-- This one names the next, which names none.
CREATE OPERATOR b.<# (
    FUNCTION = int4lt, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(a.>#));
CREATE OPERATOR a.># (FUNCTION = int4gt, LEFTARG = integer, RIGHTARG = integer);
-- A shell has an owner and a comment.
CREATE OPERATOR b.<<# (
    FUNCTION = int48lt, LEFTARG = integer, RIGHTARG = bigint, COMMUTATOR = OPERATOR(a.#>>),
    NEGATOR = OPERATOR(a.#>>=));
ALTER OPERATOR a.#>> (bigint, integer) OWNER TO r_owner;
COMMENT ON OPERATOR a.#>> (bigint, integer) IS 'to be defined';
