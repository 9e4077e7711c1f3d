-- Every option, and objects that use the multirange type and the constructors.
CREATE SCHEMA "S-1";
GRANT USAGE ON SCHEMA "S-1" TO r_reader;
CREATE TYPE level AS ENUM ('low', 'high');
CREATE FUNCTION "S-1"."textDiff"(text, text) RETURNS double precision LANGUAGE sql IMMUTABLE
    RETURN length($1) - length($2);
CREATE TYPE "S-1"."Words" AS RANGE (
    subtype = text, subtype_opclass = text_pattern_ops, collation = "C",
    subtype_diff = "S-1"."textDiff", multirange_type_name = "S-1"."ManyWords");
CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE levelrange AS RANGE (subtype = level);
CREATE TYPE names AS RANGE (subtype = varchar);
CREATE DOMAIN many AS "S-1"."ManyWords" DEFAULT "S-1"."ManyWords"("S-1"."Words"('a', 'b'));
CREATE TABLE spans (f floats DEFAULT floats(1, 2), m floats_multirange[], l levelmultirange);
COMMENT ON TYPE "S-1"."Words" IS 'it''s a range';
ALTER TYPE "S-1"."Words" OWNER TO r_owner;
REVOKE USAGE ON TYPE "S-1"."Words" FROM PUBLIC;
GRANT USAGE ON TYPE "S-1"."Words" TO r_reader WITH GRANT OPTION;
SET ROLE r_reader;
GRANT USAGE ON TYPE "S-1"."Words" TO PUBLIC;
RESET ROLE;
