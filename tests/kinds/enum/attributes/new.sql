-- Labels that need quotes, an order that is not the alphabet's, an enum without labels.
CREATE SCHEMA "S-1";
GRANT USAGE ON SCHEMA "S-1" TO r_reader;
CREATE TYPE "S-1"."State" AS ENUM ('z', 'it''s', E'back\\slash', '', 'ünï', 'a b');
ALTER TYPE "S-1"."State" ADD VALUE 'between' BEFORE 'it''s';
CREATE TYPE "S-1"."select" AS ENUM ();
COMMENT ON TYPE "S-1"."State" IS 'what an order''s state is';
ALTER TYPE "S-1"."State" OWNER TO r_owner;
REVOKE USAGE ON TYPE "S-1"."State" FROM PUBLIC;
GRANT USAGE ON TYPE "S-1"."State" TO r_reader WITH GRANT OPTION;
SET ROLE r_reader;
GRANT USAGE ON TYPE "S-1"."State" TO pg_monitor;
RESET ROLE;
