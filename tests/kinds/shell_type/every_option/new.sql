-- Types that were only announced, alone and in the signature of a function.
CREATE SCHEMA "S-1";
CREATE TYPE "S-1"."Later";
CREATE FUNCTION later(cstring) RETURNS "S-1"."Later" LANGUAGE internal STRICT AS 'int4in';
CREATE TYPE alone;
ALTER TYPE "S-1"."Later" OWNER TO r_owner;
COMMENT ON TYPE "S-1"."Later" IS 'it''s to come';
