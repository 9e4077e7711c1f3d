CREATE TYPE public.person AS (name text, born date, height numeric(4,1));
ALTER TYPE public.person OWNER TO postgres;

CREATE TABLE public.people OF public.person (name WITH OPTIONS NOT NULL, born WITH OPTIONS DEFAULT '2000-01-01'::date);
ALTER TABLE public.people OWNER TO postgres;
COMMENT ON COLUMN public.people.height IS 'in centimetres';

CREATE TABLE public.plain OF public.person;
ALTER TABLE public.plain OWNER TO postgres;

ALTER TABLE public.people ADD CONSTRAINT people_pkey PRIMARY KEY (name);
