CREATE EXTENSION btree_gist WITH SCHEMA public;

CREATE TABLE public.c (
  id integer,
  d daterange
);
ALTER TABLE public.c OWNER TO postgres;

CREATE TABLE public.p (
  id integer NOT NULL,
  d daterange NOT NULL
);
ALTER TABLE public.p OWNER TO postgres;

CREATE TABLE public.q (
  id integer NOT NULL,
  n integer
);
ALTER TABLE public.q OWNER TO postgres;

CREATE TABLE public.r (
  q integer
);
ALTER TABLE public.r OWNER TO postgres;

ALTER TABLE public.p ADD CONSTRAINT pk PRIMARY KEY (id, d WITHOUT OVERLAPS);

ALTER TABLE public.q ADD CONSTRAINT q_pkey PRIMARY KEY (id);

ALTER TABLE public.q ADD CONSTRAINT loose CHECK ((n > 0)) NOT ENFORCED;

ALTER TABLE public.c ADD CONSTRAINT fk FOREIGN KEY (id, PERIOD d) REFERENCES public.p(id, PERIOD d);

ALTER TABLE public.r ADD CONSTRAINT loose FOREIGN KEY (q) REFERENCES public.q(id) NOT ENFORCED;
