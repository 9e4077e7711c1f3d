CREATE TABLE t (a integer CHECK (a > 0), b text CHECK (b IN ('x', 'y')), v varchar(3),
    CONSTRAINT "Both" CHECK (a > length(b)));
ALTER TABLE t ADD CONSTRAINT later CHECK (b <> '') NOT VALID;
COMMENT ON CONSTRAINT later ON t IS 'to be validated';
CREATE FUNCTION fine(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
ALTER TABLE t ADD CHECK (fine(a));
