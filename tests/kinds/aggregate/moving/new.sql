-- A moving aggregate whose last step is told the types of the arguments too.
CREATE FUNCTION ended(integer, integer) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN $1::bigint;
CREATE FUNCTION ended(integer) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN $1::bigint;
CREATE AGGREGATE moving(integer) (
    SFUNC = int4pl, STYPE = integer, FINALFUNC = ended,
    MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = '0',
    MFINALFUNC = ended, MFINALFUNC_EXTRA, MFINALFUNC_MODIFY = SHAREABLE);
