-- Collations, comments, dropped attributes, types inside types, a type without attributes.
CREATE SCHEMA "S-1";
GRANT USAGE ON SCHEMA "S-1" TO r_reader;
CREATE TABLE whole (a integer);
CREATE TYPE "S-1"."Money" AS (amount numeric(10, 2), "Currency" char(3) COLLATE "C", gone integer);
ALTER TYPE "S-1"."Money" DROP ATTRIBUTE gone;
ALTER TYPE "S-1"."Money" ADD ATTRIBUTE "select" timestamp(3) with time zone;
CREATE TYPE a_first AS (money "S-1"."Money", many "S-1"."Money"[], whole whole, "table" whole[]);
CREATE TYPE nothing AS ();
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TYPE checked AS (p positive, ps positive[], r int4range, v varchar(5)[]);
COMMENT ON TYPE "S-1"."Money" IS 'it''s money';
COMMENT ON COLUMN "S-1"."Money"."Currency" IS 'it''s ISO 4217';
ALTER TYPE "S-1"."Money" OWNER TO r_owner;
REVOKE USAGE ON TYPE "S-1"."Money" FROM PUBLIC;
GRANT USAGE ON TYPE "S-1"."Money" TO r_reader WITH GRANT OPTION;
SET ROLE r_reader;
GRANT USAGE ON TYPE "S-1"."Money" TO PUBLIC;
RESET ROLE;
