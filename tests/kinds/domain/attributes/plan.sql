CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;
GRANT USAGE ON SCHEMA "S-1" TO r_reader;

CREATE TYPE "S-1".mood AS ENUM ('glad', 'sad');
ALTER TYPE "S-1".mood OWNER TO postgres;

CREATE TYPE public.pair AS (a integer, b text);
ALTER TYPE public.pair OWNER TO postgres;

CREATE TYPE public.span AS RANGE (SUBTYPE = integer, MULTIRANGE_TYPE_NAME = public.span_multirange);
ALTER TYPE public.span OWNER TO postgres;

CREATE DOMAIN "S-1"."Name" AS character varying(5) COLLATE pg_catalog."C" DEFAULT 'x'::bpchar NOT NULL;
ALTER DOMAIN "S-1"."Name" OWNER TO r_owner;
REVOKE USAGE ON DOMAIN "S-1"."Name" FROM PUBLIC;
GRANT USAGE ON DOMAIN "S-1"."Name" TO r_reader WITH GRANT OPTION;
SET LOCAL ROLE r_reader;
GRANT USAGE ON DOMAIN "S-1"."Name" TO PUBLIC;
RESET ROLE;
COMMENT ON DOMAIN "S-1"."Name" IS 'it''s a name';

CREATE DOMAIN public.amount AS numeric(10,2) DEFAULT 1.50;
ALTER DOMAIN public.amount OWNER TO postgres;

CREATE DOMAIN public.array_of_domain AS public.amount[];
ALTER DOMAIN public.array_of_domain OWNER TO postgres;

CREATE DOMAIN public.list AS "S-1".mood[] DEFAULT ARRAY['glad'::"S-1".mood];
ALTER DOMAIN public.list OWNER TO postgres;

CREATE DOMAIN public.of_multirange AS public.span_multirange;
ALTER DOMAIN public.of_multirange OWNER TO postgres;

CREATE DOMAIN public.of_pair AS public.pair;
ALTER DOMAIN public.of_pair OWNER TO postgres;

CREATE DOMAIN public.of_span AS public.span DEFAULT public.span(1, 2);
ALTER DOMAIN public.of_span OWNER TO postgres;

CREATE DOMAIN public.over_collated AS "S-1"."Name" COLLATE pg_catalog."default" DEFAULT 'x'::bpchar;
ALTER DOMAIN public.over_collated OWNER TO postgres;

CREATE DOMAIN public.over_name AS "S-1"."Name" DEFAULT NULL::character varying;
ALTER DOMAIN public.over_name OWNER TO postgres;

CREATE DOMAIN public.plain_default AS timestamp(3) with time zone DEFAULT '2023-12-31 23:00:00+00'::timestamp with time zone;
ALTER DOMAIN public.plain_default OWNER TO postgres;

ALTER DOMAIN "S-1"."Name" ADD CONSTRAINT "Name_check" CHECK ((length((VALUE)::text) > 0));

ALTER DOMAIN "S-1"."Name" ADD CONSTRAINT "not q" CHECK (((VALUE)::text <> 'q'::text));
COMMENT ON CONSTRAINT "not q" ON DOMAIN "S-1"."Name" IS 'no q''s';

ALTER DOMAIN public.of_pair ADD CONSTRAINT of_pair_check CHECK (((VALUE).a > 0));

CREATE TABLE public.row_of (
  a integer
);
ALTER TABLE public.row_of OWNER TO postgres;

CREATE DOMAIN public.of_row AS public.row_of;
ALTER DOMAIN public.of_row OWNER TO postgres;
