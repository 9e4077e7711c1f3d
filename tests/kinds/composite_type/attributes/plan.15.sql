CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;
GRANT USAGE ON SCHEMA "S-1" TO r_reader;

CREATE TYPE "S-1"."Money" AS (
  amount numeric(10,2),
  "Currency" character(3) COLLATE pg_catalog."C",
  "select" timestamp(3) with time zone
);
ALTER TYPE "S-1"."Money" OWNER TO r_owner;
REVOKE USAGE ON TYPE "S-1"."Money" FROM PUBLIC;
GRANT USAGE ON TYPE "S-1"."Money" TO r_reader WITH GRANT OPTION;
SET LOCAL ROLE r_reader;
GRANT USAGE ON TYPE "S-1"."Money" TO PUBLIC;
RESET ROLE;
COMMENT ON TYPE "S-1"."Money" IS 'it''s money';
COMMENT ON COLUMN "S-1"."Money"."Currency" IS 'it''s ISO 4217';

CREATE TYPE public.nothing AS ();
ALTER TYPE public.nothing OWNER TO postgres;

CREATE DOMAIN public.positive AS integer;
ALTER DOMAIN public.positive OWNER TO postgres;

CREATE TYPE public.checked AS (p public.positive, ps public.positive[], r int4range, v character varying(5)[]);
ALTER TYPE public.checked OWNER TO postgres;

ALTER DOMAIN public.positive ADD CONSTRAINT positive_check CHECK ((VALUE > 0));

CREATE TABLE public.whole (
  a integer
);
ALTER TABLE public.whole OWNER TO postgres;

CREATE TYPE public.a_first AS (
  money "S-1"."Money",
  many "S-1"."Money"[],
  whole public.whole,
  "table" public.whole[]
);
ALTER TYPE public.a_first OWNER TO postgres;
