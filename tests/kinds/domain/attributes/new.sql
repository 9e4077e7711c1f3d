-- Type modifiers, collations, defaults, domains over domains, arrays and every kind of type.
CREATE SCHEMA "S-1";
GRANT USAGE ON SCHEMA "S-1" TO r_reader;
CREATE TYPE "S-1".mood AS ENUM ('glad', 'sad');
CREATE TYPE pair AS (a integer, b text);
CREATE TYPE span AS RANGE (subtype = integer);
CREATE TABLE row_of (a integer);
CREATE DOMAIN "S-1"."Name" AS varchar(5) COLLATE "C" DEFAULT 'x'::bpchar NOT NULL
    CONSTRAINT "not q" CHECK (VALUE <> 'q') CHECK (length(VALUE) > 0);
CREATE DOMAIN over_name AS "S-1"."Name" DEFAULT NULL;
CREATE DOMAIN over_collated AS "S-1"."Name" COLLATE "default";
CREATE DOMAIN amount AS numeric(10, 2) DEFAULT 1.50;
CREATE DOMAIN plain_default AS timestamptz(3) DEFAULT '2024-01-01 00:00:00+01';
CREATE DOMAIN list AS "S-1".mood[] DEFAULT ARRAY['glad'::"S-1".mood];
CREATE DOMAIN of_pair AS pair CHECK ((VALUE).a > 0);
CREATE DOMAIN of_row AS row_of;
CREATE DOMAIN of_span AS span DEFAULT span(1, 2);
CREATE DOMAIN of_multirange AS span_multirange;
CREATE DOMAIN array_of_domain AS amount[];
COMMENT ON DOMAIN "S-1"."Name" IS 'it''s a name';
COMMENT ON CONSTRAINT "not q" ON DOMAIN "S-1"."Name" IS 'no q''s';
ALTER DOMAIN "S-1"."Name" OWNER TO r_owner;
REVOKE USAGE ON DOMAIN "S-1"."Name" FROM PUBLIC;
GRANT USAGE ON DOMAIN "S-1"."Name" TO r_reader WITH GRANT OPTION;
SET ROLE r_reader;
GRANT USAGE ON DOMAIN "S-1"."Name" TO PUBLIC;
RESET ROLE;
