SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE DOMAIN "S-1"."D" AS text;
ALTER DOMAIN "S-1"."D" OWNER TO r_owner;

ALTER DOMAIN "S-1"."D" ADD CONSTRAINT "D_check" CHECK ((VALUE = ANY (ARRAY['a'::text, 'b'::text, 'c'::text])));

ALTER DOMAIN "S-1"."D" ADD CONSTRAINT later CHECK ((VALUE ~ '^\w+''$'::text)) NOT VALID;
COMMENT ON CONSTRAINT later ON DOMAIN "S-1"."D" IS 'not yet';

CREATE FUNCTION "S-1"."isOk"(text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT $1 <> 'no'$$;
ALTER FUNCTION "S-1"."isOk"(text) OWNER TO postgres;

ALTER DOMAIN "S-1"."D" ADD CONSTRAINT "of function" CHECK ("S-1"."isOk"(VALUE));
COMMENT ON CONSTRAINT "of function" ON DOMAIN "S-1"."D" IS 'it''s ok';
