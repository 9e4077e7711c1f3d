SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;
GRANT USAGE ON SCHEMA "S-1" TO r_reader;

CREATE FUNCTION "S-1".add(integer, integer) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN ($1 + $2);
ALTER FUNCTION "S-1".add(integer, integer) OWNER TO postgres;

CREATE FUNCTION "S-1".add(text, text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN ($1 || $2);
ALTER FUNCTION "S-1".add(text, text) OWNER TO postgres;

CREATE FUNCTION "S-1".remove(integer, integer) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN ($1 - $2);
ALTER FUNCTION "S-1".remove(integer, integer) OWNER TO postgres;

CREATE FUNCTION public.last(integer) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN ($1)::bigint;
ALTER FUNCTION public.last(integer) OWNER TO postgres;

CREATE FUNCTION public.last(integer, integer) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN ($1)::bigint;
ALTER FUNCTION public.last(integer, integer) OWNER TO postgres;

CREATE AGGREGATE "S-1"."Sum"("the value" integer) (
  SFUNC = "S-1".add,
  STYPE = integer,
  SSPACE = 100,
  FINALFUNC = public.last,
  FINALFUNC_EXTRA,
  FINALFUNC_MODIFY = SHAREABLE,
  COMBINEFUNC = int4pl,
  INITCOND = '0',
  MSFUNC = "S-1".add,
  MINVFUNC = "S-1".remove,
  MSTYPE = integer,
  MSSPACE = 50,
  MFINALFUNC = public.last,
  MFINALFUNC_MODIFY = READ_WRITE,
  MINITCOND = '5',
  PARALLEL = SAFE
);
ALTER AGGREGATE "S-1"."Sum"(integer) OWNER TO r_owner;
REVOKE EXECUTE ON FUNCTION "S-1"."Sum"(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "S-1"."Sum"(integer) TO r_reader WITH GRANT OPTION;
SET LOCAL ROLE r_reader;
GRANT EXECUTE ON FUNCTION "S-1"."Sum"(integer) TO PUBLIC;
RESET ROLE;
COMMENT ON AGGREGATE "S-1"."Sum"(integer) IS 'it''s a sum';

CREATE AGGREGATE public.empty_start(text) (SFUNC = "S-1".add, STYPE = text, INITCOND = E'it''s \\');
ALTER AGGREGATE public.empty_start(text) OWNER TO postgres;

CREATE AGGREGATE public.empty_string(text) (SFUNC = "S-1".add, STYPE = text, INITCOND = '');
ALTER AGGREGATE public.empty_string(text) OWNER TO postgres;

CREATE AGGREGATE public.largest(integer) (SFUNC = int4larger, STYPE = integer, SORTOP = OPERATOR(pg_catalog.>));
ALTER AGGREGATE public.largest(integer) OWNER TO postgres;

CREATE AGGREGATE public.listed(VARIADIC items integer[]) (SFUNC = array_cat, STYPE = integer[], INITCOND = '{}');
ALTER AGGREGATE public.listed(integer[]) OWNER TO postgres;

CREATE AGGREGATE public.of_nothing(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0', PARALLEL = RESTRICTED);
ALTER AGGREGATE public.of_nothing(*) OWNER TO r_owner;
REVOKE EXECUTE ON FUNCTION public.of_nothing() FROM PUBLIC;
COMMENT ON AGGREGATE public.of_nothing(*) IS 'counts';

CREATE AGGREGATE public.partial(numeric) (
  SFUNC = numeric_avg_accum,
  STYPE = internal,
  FINALFUNC = numeric_avg,
  COMBINEFUNC = numeric_avg_combine,
  SERIALFUNC = numeric_avg_serialize,
  DESERIALFUNC = numeric_avg_deserialize,
  PARALLEL = SAFE
);
ALTER AGGREGATE public.partial(numeric) OWNER TO postgres;

CREATE AGGREGATE public.percentile(double precision ORDER BY anyelement) (
  SFUNC = ordered_set_transition,
  STYPE = internal,
  FINALFUNC = percentile_disc_final,
  FINALFUNC_EXTRA
);
ALTER AGGREGATE public.percentile(double precision, anyelement) OWNER TO r_owner;
REVOKE EXECUTE ON FUNCTION public.percentile(double precision, anyelement) FROM PUBLIC;
COMMENT ON AGGREGATE public.percentile(double precision, anyelement) IS 'ordered';

CREATE AGGREGATE public.plain(integer) (SFUNC = int4pl, STYPE = integer);
ALTER AGGREGATE public.plain(integer) OWNER TO postgres;

CREATE AGGREGATE public.ranked(VARIADIC "any" ORDER BY VARIADIC "any") (
  SFUNC = ordered_set_transition_multi,
  STYPE = internal,
  FINALFUNC = rank_final,
  FINALFUNC_EXTRA,
  FINALFUNC_MODIFY = READ_ONLY,
  HYPOTHETICAL
);
ALTER AGGREGATE public.ranked("any") OWNER TO postgres;
COMMENT ON AGGREGATE public.ranked("any") IS 'hypothetical';

CREATE VIEW public.uses_it AS
 SELECT "S-1"."Sum"(x.x) AS s
   FROM generate_series(1, 3) x(x);
ALTER VIEW public.uses_it OWNER TO postgres;
