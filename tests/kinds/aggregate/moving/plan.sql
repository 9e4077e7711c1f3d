SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.ended(integer) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN ($1)::bigint;
ALTER FUNCTION public.ended(integer) OWNER TO postgres;

CREATE FUNCTION public.ended(integer, integer) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN ($1)::bigint;
ALTER FUNCTION public.ended(integer, integer) OWNER TO postgres;

CREATE AGGREGATE public.moving(integer) (
  SFUNC = int4pl,
  STYPE = integer,
  FINALFUNC = public.ended,
  MSFUNC = int4pl,
  MINVFUNC = int4mi,
  MSTYPE = integer,
  MFINALFUNC = public.ended,
  MFINALFUNC_EXTRA,
  MFINALFUNC_MODIFY = SHAREABLE,
  MINITCOND = '0'
);
ALTER AGGREGATE public.moving(integer) OWNER TO postgres;
