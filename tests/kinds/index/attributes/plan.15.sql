SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.f(text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$SELECT upper($1)$$;
ALTER FUNCTION public.f(text) OWNER TO postgres;

CREATE TABLE public.t (
  a integer NOT NULL,
  b text,
  j jsonb,
  at timestamp with time zone
);
ALTER TABLE public.t OWNER TO postgres;

CREATE INDEX "Gin x" ON public.t USING gin (j jsonb_path_ops) WITH (fastupdate='off');

CREATE INDEX br ON public.t USING brin (at) WITH (pages_per_range='16');

CREATE INDEX expr ON public.t USING btree (lower(b), ((a + 1))) WHERE (b <> 'it''s'::text);
ALTER INDEX public.expr ALTER COLUMN 1 SET STATISTICS 77;
ALTER INDEX public.expr ALTER COLUMN 2 SET STATISTICS 0;

CREATE INDEX hs ON public.t USING hash (b);

CREATE INDEX on_function ON public.t USING btree (public.f(b));

CREATE INDEX plain ON public.t USING btree (a DESC NULLS LAST, b COLLATE "C" text_pattern_ops);
ALTER TABLE public.t CLUSTER ON plain;
COMMENT ON INDEX public.plain IS 'of its own';

CREATE UNIQUE INDEX uniq ON public.t USING btree (a) INCLUDE (b) WITH (fillfactor='55');
ALTER TABLE ONLY public.t REPLICA IDENTITY USING INDEX uniq;

CREATE MATERIALIZED VIEW public.m AS
 SELECT t.a,
    t.b
   FROM public.t;
ALTER MATERIALIZED VIEW public.m OWNER TO postgres;

CREATE UNIQUE INDEX m_a ON public.m USING btree (a);
