CREATE TABLE public.c (
  x integer,
  y integer DEFAULT 1
);
ALTER TABLE public.c OWNER TO postgres;

CREATE TABLE public.p (
  x integer NOT NULL,
  y integer NOT NULL
);
ALTER TABLE public.p OWNER TO postgres;

CREATE TABLE public.t (
  a integer
);
ALTER TABLE public.t OWNER TO postgres;

ALTER TABLE public.p ADD CONSTRAINT p_pkey PRIMARY KEY (x, y);

ALTER TABLE public.t ADD CONSTRAINT t_a_key UNIQUE NULLS NOT DISTINCT (a);

ALTER TABLE public.c ADD CONSTRAINT c_x_y_fkey FOREIGN KEY (x, y) REFERENCES public.p(x, y) ON UPDATE SET DEFAULT ON DELETE SET NULL (x);
