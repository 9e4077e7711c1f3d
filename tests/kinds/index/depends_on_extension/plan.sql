CREATE TABLE public.t (
  id integer
);
ALTER TABLE public.t OWNER TO postgres;

CREATE INDEX i ON public.t USING btree (id);
ALTER INDEX public.i DEPENDS ON EXTENSION plpgsql;
