CREATE TABLE public.t (
  id integer
);
ALTER TABLE public.t OWNER TO postgres;

CREATE VIEW public.v WITH (security_invoker='true', security_barrier='true') AS
 SELECT t.id
   FROM public.t;
ALTER VIEW public.v OWNER TO postgres;
