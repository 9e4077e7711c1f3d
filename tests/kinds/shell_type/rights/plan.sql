CREATE TYPE public.announced;
ALTER TYPE public.announced OWNER TO postgres;
REVOKE USAGE ON TYPE public.announced FROM PUBLIC;
GRANT USAGE ON TYPE public.announced TO r_reader WITH GRANT OPTION;
