SET LOCAL check_function_bodies = off;

CREATE TABLE public.t (
  id integer,
  a integer
);
ALTER TABLE public.t OWNER TO postgres;

CREATE FUNCTION public.mx() RETURNS integer
LANGUAGE sql
BEGIN ATOMIC
 SELECT max(t.id) AS max
    FROM public.t;
END;
ALTER FUNCTION public.mx() OWNER TO postgres;

ALTER TABLE ONLY public.t ALTER COLUMN a SET DEFAULT public.mx();

CREATE TABLE public.u (
  t public.t,
  n integer
);
ALTER TABLE public.u OWNER TO postgres;

CREATE FUNCTION public.first_of() RETURNS public.u
LANGUAGE sql
AS $$SELECT * FROM u LIMIT 1$$;
ALTER FUNCTION public.first_of() OWNER TO postgres;

CREATE TABLE public.x (
  id integer NOT NULL,
  y integer
);
ALTER TABLE public.x OWNER TO postgres;

CREATE TABLE public.y (
  id integer NOT NULL,
  x integer,
  self integer
);
ALTER TABLE public.y OWNER TO postgres;

ALTER TABLE public.x ADD CONSTRAINT x_pkey PRIMARY KEY (id);

ALTER TABLE public.y ADD CONSTRAINT y_pkey PRIMARY KEY (id);

ALTER TABLE public.x ADD CONSTRAINT x_y_fkey FOREIGN KEY (y) REFERENCES public.y(id);

ALTER TABLE public.y ADD CONSTRAINT y_self_fkey FOREIGN KEY (self) REFERENCES public.y(id);

ALTER TABLE public.y ADD CONSTRAINT y_x_fkey FOREIGN KEY (x) REFERENCES public.x(id);
