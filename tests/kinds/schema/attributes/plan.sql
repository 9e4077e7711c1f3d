CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO r_owner;
GRANT CREATE ON SCHEMA "S-1" TO r_reader;
GRANT USAGE ON SCHEMA "S-1" TO r_reader WITH GRANT OPTION;
SET LOCAL ROLE r_reader;
GRANT USAGE ON SCHEMA "S-1" TO PUBLIC;
RESET ROLE;
COMMENT ON SCHEMA "S-1" IS E'it''s a "schema" with a \\ and
a second line';

CREATE SCHEMA "select";
ALTER SCHEMA "select" OWNER TO postgres;
REVOKE CREATE ON SCHEMA "select" FROM postgres;

CREATE TABLE "S-1"."S-1" (
  a integer
);
ALTER TABLE "S-1"."S-1" OWNER TO postgres;
COMMENT ON COLUMN "S-1"."S-1".a IS 'a table named as its schema';
