SET LOCAL check_function_bodies = off;

CREATE TABLE public.t (
  id integer,
  name character varying(10) COLLATE pg_catalog."C"
);
ALTER TABLE public.t OWNER TO postgres;

CREATE VIEW public.v AS
 SELECT NULL::integer AS id,
    NULL::character varying(10) COLLATE pg_catalog."C" AS name;
ALTER VIEW public.v OWNER TO r_owner;
GRANT SELECT ON TABLE public.v TO r_reader;
COMMENT ON VIEW public.v IS 'reads itself through a function';
GRANT INSERT (id) ON TABLE public.v TO r_reader;
COMMENT ON COLUMN public.v.name IS 'kept';

CREATE FUNCTION public.all_v() RETURNS SETOF public.v
LANGUAGE sql STABLE
AS $$SELECT id, name FROM public.t$$;
ALTER FUNCTION public.all_v() OWNER TO postgres;

CREATE OR REPLACE VIEW public.v WITH (security_barrier='true') AS
 SELECT id,
    name
   FROM public.all_v() f(id, name);
ALTER VIEW public.v ALTER COLUMN id SET DEFAULT 7;

CREATE MATERIALIZED VIEW public.counted AS
 SELECT count(*) AS n
   FROM public.v;
ALTER MATERIALIZED VIEW public.counted OWNER TO postgres;
