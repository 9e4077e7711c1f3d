-- Names that need quotes, an owner, privileges of two grantors, a comment.
CREATE SCHEMA "S-1" AUTHORIZATION r_owner;
CREATE SCHEMA "select";
COMMENT ON SCHEMA "S-1" IS E'it''s a "schema" with a \\ and\na second line';
GRANT USAGE ON SCHEMA "S-1" TO r_reader WITH GRANT OPTION;
SET ROLE r_reader;
GRANT USAGE ON SCHEMA "S-1" TO PUBLIC;
RESET ROLE;
GRANT CREATE ON SCHEMA "S-1" TO r_reader;
REVOKE CREATE ON SCHEMA "select" FROM CURRENT_USER;
CREATE TABLE "S-1"."S-1" (a integer);
COMMENT ON COLUMN "S-1"."S-1".a IS 'a table named as its schema';
