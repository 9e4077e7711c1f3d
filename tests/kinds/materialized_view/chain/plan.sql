SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.a_label(n integer) RETURNS text
LANGUAGE sql STABLE
AS $$SELECT label FROM public.z_labels WHERE id = n$$;
ALTER FUNCTION public.a_label(integer) OWNER TO postgres;

CREATE TABLE public.z_labels (
  id integer NOT NULL,
  label text
);
ALTER TABLE public.z_labels OWNER TO postgres;

ALTER TABLE public.z_labels ADD CONSTRAINT z_labels_pkey PRIMARY KEY (id);

CREATE MATERIALIZED VIEW public.a AS
 SELECT id,
    label,
    count(*) AS n,
    public.a_label(id) AS l
   FROM public.z_labels z
  GROUP BY id;
ALTER MATERIALIZED VIEW public.a OWNER TO postgres;

CREATE VIEW public.b AS
 SELECT id,
    n
   FROM public.a;
ALTER VIEW public.b OWNER TO postgres;

CREATE MATERIALIZED VIEW public."0" AS
 SELECT id
   FROM public.b;
ALTER MATERIALIZED VIEW public."0" OWNER TO postgres;

CREATE UNIQUE INDEX "0_id_idx" ON public."0" USING btree (id);

CREATE VIEW public.c AS
 SELECT id,
    x.*::public."0" AS x
   FROM public."0" x;
ALTER VIEW public.c OWNER TO postgres;
