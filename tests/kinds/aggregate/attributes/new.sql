-- Every part of CREATE AGGREGATE.
CREATE SCHEMA "S-1";
GRANT USAGE ON SCHEMA "S-1" TO r_reader;
CREATE FUNCTION "S-1"."add"(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN $1 + $2;
CREATE FUNCTION "S-1"."add"(text, text) RETURNS text LANGUAGE sql IMMUTABLE RETURN $1 || $2;
CREATE FUNCTION "S-1".remove(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN $1 - $2;
CREATE FUNCTION last(integer, integer) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN $1::bigint;
CREATE FUNCTION last(integer) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN $1::bigint;
CREATE AGGREGATE plain(integer) (sfunc = int4pl, stype = integer);
CREATE AGGREGATE "S-1"."Sum"("the value" integer) (
    sfunc = "S-1"."add", stype = integer, sspace = 100, finalfunc = last, finalfunc_extra,
    finalfunc_modify = shareable, combinefunc = int4pl, initcond = '0',
    msfunc = "S-1"."add", minvfunc = "S-1".remove, mstype = integer, msspace = 50,
    mfinalfunc = last, mfinalfunc_modify = read_write, minitcond = '5', parallel = safe);
CREATE AGGREGATE empty_start(text) (sfunc = "S-1"."add", stype = text, initcond = 'it''s \');
CREATE AGGREGATE empty_string(text) (sfunc = "S-1"."add", stype = text, initcond = '');
CREATE AGGREGATE of_nothing(*) (sfunc = int8inc, stype = bigint, initcond = '0', parallel = restricted);
CREATE AGGREGATE largest(integer) (sfunc = int4larger, stype = integer, sortop = >);
CREATE AGGREGATE partial(numeric) (
    sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg,
    combinefunc = numeric_avg_combine, serialfunc = numeric_avg_serialize,
    deserialfunc = numeric_avg_deserialize, parallel = safe);
CREATE AGGREGATE listed(VARIADIC "items" integer[]) (sfunc = array_cat, stype = integer[], initcond = '{}');
CREATE AGGREGATE percentile(double precision ORDER BY anyelement) (
    sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final,
    finalfunc_extra, finalfunc_modify = read_write);
CREATE AGGREGATE ranked(VARIADIC "any" ORDER BY VARIADIC "any") (
    sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final,
    finalfunc_extra, finalfunc_modify = read_only, hypothetical);
COMMENT ON AGGREGATE "S-1"."Sum"(integer) IS 'it''s a sum';
COMMENT ON AGGREGATE of_nothing(*) IS 'counts';
COMMENT ON AGGREGATE percentile(double precision ORDER BY anyelement) IS 'ordered';
COMMENT ON AGGREGATE ranked(VARIADIC "any" ORDER BY VARIADIC "any") IS 'hypothetical';
ALTER AGGREGATE "S-1"."Sum"(integer) OWNER TO r_owner;
ALTER AGGREGATE of_nothing(*) OWNER TO r_owner;
ALTER AGGREGATE percentile(double precision ORDER BY anyelement) OWNER TO r_owner;
REVOKE ALL ON FUNCTION "S-1"."Sum"(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "S-1"."Sum"(integer) TO r_reader WITH GRANT OPTION;
REVOKE ALL ON FUNCTION of_nothing() FROM PUBLIC;
REVOKE ALL ON FUNCTION percentile(double precision, anyelement) FROM PUBLIC;
SET ROLE r_reader;
GRANT EXECUTE ON FUNCTION "S-1"."Sum"(integer) TO PUBLIC;
RESET ROLE;
CREATE VIEW uses_it AS SELECT "S-1"."Sum"(x) AS s FROM generate_series(1, 3) AS x;
