CREATE TABLE public.t (
  id integer NOT NULL,
  g integer GENERATED ALWAYS AS ((id + 1)) STORED
);
ALTER TABLE public.t OWNER TO postgres;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);

CREATE PUBLICATION listed FOR TABLE ONLY public.t (g, id);
ALTER PUBLICATION listed OWNER TO postgres;

CREATE PUBLICATION neither FOR ALL TABLES
WITH (publish = 'insert');
ALTER PUBLICATION neither OWNER TO postgres;

CREATE PUBLICATION stored FOR TABLE ONLY public.t
WITH (publish_generated_columns = stored);
ALTER PUBLICATION stored OWNER TO postgres;
