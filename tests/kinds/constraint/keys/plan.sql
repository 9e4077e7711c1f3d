CREATE EXTENSION btree_gist WITH SCHEMA public;

CREATE TABLE public.t (
  id integer NOT NULL,
  a integer,
  b text,
  r int4range
);
ALTER TABLE public.t OWNER TO postgres;

CREATE TABLE public.u (
  a integer NOT NULL,
  b integer
);
ALTER TABLE public.u OWNER TO postgres;

ALTER TABLE public.t ADD CONSTRAINT "Key" PRIMARY KEY (id) INCLUDE (b) WITH (fillfactor='80');
ALTER TABLE public.t CLUSTER ON "Key";
COMMENT ON INDEX public."Key" IS 'its index';
COMMENT ON CONSTRAINT "Key" ON public.t IS 'the key';

ALTER TABLE public.t ADD CONSTRAINT apart EXCLUDE USING gist (a WITH =, r WITH &&) WITH (fillfactor='60') WHERE ((a > 0)) DEFERRABLE;

ALTER TABLE public.t ADD CONSTRAINT t_a_b_key UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE public.u ADD CONSTRAINT u_a_key UNIQUE (a);
ALTER TABLE ONLY public.u REPLICA IDENTITY USING INDEX u_a_key;
