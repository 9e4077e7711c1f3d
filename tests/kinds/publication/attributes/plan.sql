CREATE SCHEMA "S 1";
ALTER SCHEMA "S 1" OWNER TO postgres;

CREATE TABLE "S 1"."T-2" (
  id integer,
  "Col" text
);
ALTER TABLE "S 1"."T-2" OWNER TO postgres;

CREATE TABLE public.a (
  id integer NOT NULL,
  b text
);
ALTER TABLE public.a OWNER TO postgres;

CREATE TABLE public.p (
  id integer
) PARTITION BY LIST (id);
ALTER TABLE public.p OWNER TO postgres;

CREATE TABLE public.p1 (
  id integer
);
ALTER TABLE public.p1 OWNER TO postgres;
ALTER TABLE ONLY public.p ATTACH PARTITION public.p1 FOR VALUES IN (1);

CREATE TABLE public.parent (
  id integer
);
ALTER TABLE public.parent OWNER TO postgres;

CREATE TABLE public.child () INHERITS (public.parent);
ALTER TABLE ONLY public.child ALTER COLUMN id DROP DEFAULT;
ALTER TABLE public.child OWNER TO postgres;

ALTER TABLE public.a ADD CONSTRAINT a_pkey PRIMARY KEY (id);

CREATE PUBLICATION "Pub-3" FOR TABLE ONLY public.parent;
ALTER PUBLICATION "Pub-3" OWNER TO r_owner;

CREATE PUBLICATION everything FOR ALL TABLES;
ALTER PUBLICATION everything OWNER TO postgres;

CREATE PUBLICATION few FOR TABLE ONLY "S 1"."T-2",
  ONLY public.a,
  ONLY public.p
WITH (publish = 'insert, truncate', publish_via_partition_root = true);
ALTER PUBLICATION few OWNER TO postgres;
COMMENT ON PUBLICATION few IS 'it''s';

CREATE PUBLICATION mute FOR TABLE ONLY public.child,
  ONLY public.parent
WITH (publish = '');
ALTER PUBLICATION mute OWNER TO postgres;

CREATE PUBLICATION nothing;
ALTER PUBLICATION nothing OWNER TO postgres;

CREATE PUBLICATION part FOR TABLE ONLY public.p1;
ALTER PUBLICATION part OWNER TO postgres;
