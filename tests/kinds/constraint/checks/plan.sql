SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.fine(integer) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT $1 > 0$$;
ALTER FUNCTION public.fine(integer) OWNER TO postgres;

CREATE TABLE public.t (
  a integer,
  b text,
  v character varying(3)
);
ALTER TABLE public.t OWNER TO postgres;

ALTER TABLE public.t ADD CONSTRAINT "Both" CHECK ((a > length(b)));

ALTER TABLE public.t ADD CONSTRAINT later CHECK ((b <> ''::text)) NOT VALID;
COMMENT ON CONSTRAINT later ON public.t IS 'to be validated';

ALTER TABLE public.t ADD CONSTRAINT t_a_check CHECK ((a > 0));

ALTER TABLE public.t ADD CONSTRAINT t_a_check1 CHECK (public.fine(a));

ALTER TABLE public.t ADD CONSTRAINT t_b_check CHECK ((b = ANY (ARRAY['x'::text, 'y'::text])));
