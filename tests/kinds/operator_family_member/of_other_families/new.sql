-- Members that were added to families of the system.
CREATE DOMAIN tag AS text;
CREATE TYPE mass AS ENUM ('light', 'heavy');
CREATE FUNCTION weighs(mass, integer) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN true;
CREATE FUNCTION weight(mass, integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN 0;
CREATE FUNCTION weight(mass) RETURNS integer LANGUAGE sql IMMUTABLE RETURN 0;
CREATE OPERATOR <@> (FUNCTION = weighs, LEFTARG = mass, RIGHTARG = integer);
ALTER OPERATOR FAMILY pg_catalog.integer_ops USING btree ADD
    OPERATOR 1 <@> (mass, integer), FUNCTION 1 (mass, integer) weight(mass, integer);
ALTER OPERATOR FAMILY pg_catalog.integer_ops USING hash ADD FUNCTION 1 (mass, mass) weight(mass);
ALTER OPERATOR FAMILY pg_catalog.point_ops USING gist ADD OPERATOR 200 = (integer, integer);
