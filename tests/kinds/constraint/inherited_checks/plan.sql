CREATE TABLE public.parent (
  id integer
);
ALTER TABLE public.parent OWNER TO postgres;

CREATE TABLE public.child () INHERITS (public.parent);
ALTER TABLE ONLY public.child ALTER COLUMN id DROP DEFAULT;
ALTER TABLE public.child OWNER TO postgres;

CREATE TABLE public.whole (
  id integer
) PARTITION BY LIST (id);
ALTER TABLE public.whole OWNER TO postgres;

CREATE TABLE public.a_part (
  id integer
);
ALTER TABLE public.a_part OWNER TO postgres;
ALTER TABLE ONLY public.whole ATTACH PARTITION public.a_part FOR VALUES IN (1);

CREATE TABLE public.z_part (
  id integer
);
ALTER TABLE public.z_part OWNER TO postgres;
ALTER TABLE ONLY public.whole ATTACH PARTITION public.z_part FOR VALUES IN (2);

ALTER TABLE public.parent ADD CONSTRAINT few CHECK ((id < 5));

COMMENT ON CONSTRAINT few ON public.child IS 'of the child';

ALTER TABLE public.whole ADD CONSTRAINT positive CHECK ((id > 0)) NOT VALID;
COMMENT ON CONSTRAINT positive ON public.whole IS 'of the whole';

ALTER TABLE public.a_part VALIDATE CONSTRAINT positive;
COMMENT ON CONSTRAINT positive ON public.a_part IS 'of the part';
