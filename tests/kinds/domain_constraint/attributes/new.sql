-- Valid and not valid, with a function, an operator of a schema, and comments.
CREATE SCHEMA "S-1";
CREATE FUNCTION "S-1"."isOk"(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> ''no''';
CREATE DOMAIN "S-1"."D" AS text;
ALTER DOMAIN "S-1"."D" ADD CONSTRAINT "of function" CHECK ("S-1"."isOk"(VALUE));
ALTER DOMAIN "S-1"."D" ADD CONSTRAINT later CHECK (VALUE ~ E'^\\w+''$') NOT VALID;
ALTER DOMAIN "S-1"."D" ADD CHECK (VALUE IN ('a', 'b', 'c'));
COMMENT ON CONSTRAINT "of function" ON DOMAIN "S-1"."D" IS 'it''s ok';
COMMENT ON CONSTRAINT later ON DOMAIN "S-1"."D" IS 'not yet';
ALTER DOMAIN "S-1"."D" OWNER TO r_owner;
