CREATE TABLE public.alone (
  a integer NOT NULL,
  d date
) PARTITION BY LIST (a);
ALTER TABLE public.alone OWNER TO postgres;

CREATE TABLE public.back (
  a integer,
  d date
);
ALTER TABLE public.back OWNER TO postgres;

CREATE TABLE public.h (
  k text,
  n integer
) PARTITION BY HASH (k);
ALTER TABLE public.h OWNER TO postgres;

CREATE TABLE public.h0 (
  k text,
  n integer
);
ALTER TABLE public.h0 OWNER TO postgres;
ALTER TABLE ONLY public.h ATTACH PARTITION public.h0 FOR VALUES WITH (modulus 2, remainder 0);

CREATE TABLE public.h1 (
  k text,
  n integer
) WITH (fillfactor='50');
ALTER TABLE public.h1 OWNER TO r_owner;
GRANT SELECT ON TABLE public.h1 TO r_reader;
COMMENT ON TABLE public.h1 IS 'a partition';
ALTER TABLE ONLY public.h ATTACH PARTITION public.h1 FOR VALUES WITH (modulus 2, remainder 1);

CREATE TABLE public.p (
  a integer NOT NULL,
  d date DEFAULT '2024-01-01'::date NOT NULL,
  t text DEFAULT 'x'::text,
  g integer GENERATED ALWAYS AS ((a + 1)) STORED
) PARTITION BY RANGE (d);
ALTER TABLE public.p OWNER TO postgres;

CREATE TABLE public.p_2024 (
  a integer CONSTRAINT p_a_not_null NOT NULL,
  d date DEFAULT '2024-01-01'::date CONSTRAINT p_d_not_null NOT NULL,
  t text DEFAULT 'own'::text,
  g integer GENERATED ALWAYS AS ((a + 1)) STORED
);
ALTER TABLE public.p_2024 OWNER TO postgres;
ALTER TABLE ONLY public.p ATTACH PARTITION public.p_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

CREATE TABLE public.p_rest (
  a integer CONSTRAINT p_a_not_null NOT NULL,
  d date DEFAULT '2024-01-01'::date CONSTRAINT p_d_not_null NOT NULL,
  t text DEFAULT 'x'::text,
  g integer GENERATED ALWAYS AS ((a + 1)) STORED
) PARTITION BY LIST (a);
ALTER TABLE public.p_rest OWNER TO postgres;

CREATE TABLE public.p_odd (
  a integer CONSTRAINT p_a_not_null NOT NULL,
  d date DEFAULT '2024-01-01'::date CONSTRAINT p_d_not_null NOT NULL,
  t text DEFAULT 'x'::text,
  g integer GENERATED ALWAYS AS ((a + 1)) STORED
);
ALTER TABLE public.p_odd OWNER TO postgres;
ALTER TABLE ONLY public.p_rest ATTACH PARTITION public.p_odd FOR VALUES IN (1);

ALTER TABLE ONLY public.p ATTACH PARTITION public.p_rest DEFAULT;

CREATE TABLE public.ref (
  id integer NOT NULL
);
ALTER TABLE public.ref OWNER TO postgres;

CREATE TABLE public.shuffled (
  t text,
  g integer GENERATED ALWAYS AS ((a + 1)) STORED,
  d date NOT NULL,
  a integer NOT NULL
);
ALTER TABLE public.shuffled OWNER TO postgres;
ALTER TABLE ONLY public.p ATTACH PARTITION public.shuffled FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

ALTER TABLE ONLY public.alone ADD CONSTRAINT alone_pkey PRIMARY KEY (a);

ALTER TABLE ONLY public.p ADD CONSTRAINT p_pkey PRIMARY KEY (a, d);

ALTER TABLE public.p_2024 ADD CONSTRAINT p_2024_pkey PRIMARY KEY (a, d);
ALTER INDEX public.p_pkey ATTACH PARTITION public.p_2024_pkey;

ALTER TABLE ONLY public.p_rest ADD CONSTRAINT p_rest_pkey PRIMARY KEY (a, d);
ALTER INDEX public.p_pkey ATTACH PARTITION public.p_rest_pkey;

ALTER TABLE public.p_odd ADD CONSTRAINT p_odd_pkey PRIMARY KEY (a, d);
ALTER INDEX public.p_rest_pkey ATTACH PARTITION public.p_odd_pkey;

ALTER TABLE public.ref ADD CONSTRAINT ref_pkey PRIMARY KEY (id);

ALTER TABLE public.shuffled ADD CONSTRAINT shuffled_pkey PRIMARY KEY (a, d);
ALTER INDEX public.p_pkey ATTACH PARTITION public.shuffled_pkey;

CREATE UNIQUE INDEX odd_name ON ONLY public.p USING btree (d, a) WHERE (a > 5);

CREATE INDEX only_here ON public.p_2024 USING btree (t);

CREATE UNIQUE INDEX p_2024_d_a_idx ON public.p_2024 USING btree (d, a) WHERE (a > 5);
ALTER INDEX public.odd_name ATTACH PARTITION public.p_2024_d_a_idx;

CREATE UNIQUE INDEX p_rest_d_a_idx ON ONLY public.p_rest USING btree (d, a) WHERE (a > 5);
ALTER INDEX public.odd_name ATTACH PARTITION public.p_rest_d_a_idx;

CREATE UNIQUE INDEX p_odd_d_a_idx ON public.p_odd USING btree (d, a) WHERE (a > 5);
ALTER INDEX public.p_rest_d_a_idx ATTACH PARTITION public.p_odd_d_a_idx;

CREATE INDEX p_t ON ONLY public.p USING btree (lower(t));

CREATE INDEX p_2024_lower_idx ON public.p_2024 USING btree (lower(t));
ALTER INDEX public.p_t ATTACH PARTITION public.p_2024_lower_idx;

CREATE INDEX p_rest_lower_idx ON ONLY public.p_rest USING btree (lower(t));
ALTER INDEX public.p_t ATTACH PARTITION public.p_rest_lower_idx;

CREATE INDEX p_odd_lower_idx ON public.p_odd USING btree (lower(t));
ALTER INDEX public.p_rest_lower_idx ATTACH PARTITION public.p_odd_lower_idx;

CREATE UNIQUE INDEX shuffled_d_a_idx ON public.shuffled USING btree (d, a) WHERE (a > 5);
ALTER INDEX public.odd_name ATTACH PARTITION public.shuffled_d_a_idx;

CREATE INDEX shuffled_lower_idx ON public.shuffled USING btree (lower(t));
ALTER INDEX public.p_t ATTACH PARTITION public.shuffled_lower_idx;

ALTER TABLE public.p_2024 ADD CONSTRAINT own CHECK ((a < 1000));

ALTER TABLE public.shuffled ADD CONSTRAINT own CHECK ((t <> ''::text));

ALTER TABLE public.p ADD CONSTRAINT top CHECK ((a > 0));

ALTER TABLE public.back ADD CONSTRAINT back_a_d_fkey FOREIGN KEY (a, d) REFERENCES public.p(a, d);

ALTER TABLE public.p ADD CONSTRAINT to_ref FOREIGN KEY (a) REFERENCES public.ref(id) ON DELETE CASCADE;
