CREATE SCHEMA s;
ALTER SCHEMA s OWNER TO postgres;

CREATE TABLE public.c (
  a integer,
  b integer,
  w text,
  parent integer,
  id integer NOT NULL
);
ALTER TABLE public.c OWNER TO postgres;

CREATE TABLE public.p (
  id integer NOT NULL,
  u integer,
  w text
);
ALTER TABLE public.p OWNER TO postgres;

CREATE TABLE s.p (
  id integer NOT NULL,
  r integer
);
ALTER TABLE s.p OWNER TO postgres;

ALTER TABLE public.c ADD CONSTRAINT c_pkey PRIMARY KEY (id);

ALTER TABLE public.p ADD CONSTRAINT p_id_w_key UNIQUE (id, w);

ALTER TABLE public.p ADD CONSTRAINT p_pkey PRIMARY KEY (id);

ALTER TABLE public.p ADD CONSTRAINT p_u_key UNIQUE (u);

ALTER TABLE s.p ADD CONSTRAINT p_pkey PRIMARY KEY (id);

ALTER TABLE public.c ADD CONSTRAINT c_a_fkey FOREIGN KEY (a) REFERENCES public.p(id) ON UPDATE RESTRICT ON DELETE CASCADE;

ALTER TABLE public.c ADD CONSTRAINT c_a_w_fkey FOREIGN KEY (a, w) REFERENCES public.p(id, w) MATCH FULL;

ALTER TABLE public.c ADD CONSTRAINT c_b_fkey FOREIGN KEY (b) REFERENCES public.p(u) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE public.c ADD CONSTRAINT tree FOREIGN KEY (parent) REFERENCES public.c(id) NOT VALID;
COMMENT ON CONSTRAINT tree ON public.c IS 'a tree';

ALTER TABLE s.p ADD CONSTRAINT p_r_fkey FOREIGN KEY (r) REFERENCES public.p(id);
