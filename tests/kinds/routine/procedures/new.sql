-- Procedures: OUT arguments are no part of the key, and DROP must not mistake one for another.
CREATE PROCEDURE p() LANGUAGE sql AS '';
CREATE PROCEDURE p(IN a integer, OUT b text) LANGUAGE sql AS 'SELECT ''x''';
CREATE PROCEDURE p(IN a integer, IN b text) LANGUAGE sql AS '';
CREATE PROCEDURE p(a integer, INOUT b bigint DEFAULT 5, VARIADIC c integer[] DEFAULT '{}')
    LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN END';
CREATE FUNCTION q(integer, text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE q(IN a integer, OUT b text) LANGUAGE sql AS 'SELECT ''x''';
COMMENT ON PROCEDURE p(IN integer) IS 'one in, one out';
COMMENT ON PROCEDURE p(IN integer, IN text) IS 'two in';
COMMENT ON PROCEDURE q(IN integer) IS 'q';
ALTER PROCEDURE p(IN integer, IN text) OWNER TO r_owner;
REVOKE EXECUTE ON PROCEDURE p() FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE p(IN integer) TO r_reader;
