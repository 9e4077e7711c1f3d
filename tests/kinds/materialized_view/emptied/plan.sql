CREATE MATERIALIZED VIEW public.apart AS
 SELECT 2 AS i;
ALTER MATERIALIZED VIEW public.apart OWNER TO postgres;

CREATE MATERIALIZED VIEW public.first AS
 SELECT 1 AS i
WITH NO DATA;
ALTER MATERIALIZED VIEW public.first OWNER TO postgres;

CREATE VIEW public."between" AS
 SELECT i
   FROM public.first;
ALTER VIEW public."between" OWNER TO postgres;

CREATE MATERIALIZED VIEW public.second AS
 SELECT i
   FROM public."between"
WITH NO DATA;
ALTER MATERIALIZED VIEW public.second OWNER TO postgres;
