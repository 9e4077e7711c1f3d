CREATE TYPE public.r AS RANGE (SUBTYPE = double precision, MULTIRANGE_TYPE_NAME = public."Many");
ALTER TYPE public.r OWNER TO r_owner;
REVOKE USAGE ON TYPE public.r FROM PUBLIC;
COMMENT ON TYPE public.r IS 'one';
COMMENT ON TYPE public."Many" IS 'it''s many';
