CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;
GRANT USAGE ON SCHEMA "S-1" TO r_reader;

CREATE TYPE "S-1"."State" AS ENUM ('z', 'between', 'it''s', E'back\\slash', '', 'ünï', 'a b');
ALTER TYPE "S-1"."State" OWNER TO r_owner;
REVOKE USAGE ON TYPE "S-1"."State" FROM PUBLIC;
GRANT USAGE ON TYPE "S-1"."State" TO r_reader WITH GRANT OPTION;
SET LOCAL ROLE r_reader;
GRANT USAGE ON TYPE "S-1"."State" TO pg_monitor;
RESET ROLE;
COMMENT ON TYPE "S-1"."State" IS 'what an order''s state is';

CREATE TYPE "S-1"."select" AS ENUM ();
ALTER TYPE "S-1"."select" OWNER TO postgres;
