CREATE SCHEMA "S-2";
ALTER SCHEMA "S-2" OWNER TO postgres;

CREATE SCHEMA s;
ALTER SCHEMA s OWNER TO postgres;

CREATE TABLE public.a (
  id integer NOT NULL,
  b text,
  c integer,
  "D" integer
);
ALTER TABLE public.a OWNER TO postgres;

CREATE TABLE public.b (
  id integer,
  t text
);
ALTER TABLE public.b OWNER TO postgres;

CREATE TABLE s.t (
  a integer
);
ALTER TABLE s.t OWNER TO postgres;

ALTER TABLE public.a ADD CONSTRAINT a_pkey PRIMARY KEY (id);

CREATE PUBLICATION columns FOR TABLE ONLY public.a ("D", b, id) WHERE (((id > 0) AND ("D" IS NOT NULL))),
  ONLY public.b (t) WHERE ((t <> 'x''y'::text));
ALTER PUBLICATION columns OWNER TO postgres;

CREATE PUBLICATION mixed FOR TABLE ONLY public.a,
  TABLES IN SCHEMA s;
ALTER PUBLICATION mixed OWNER TO postgres;

CREATE PUBLICATION one FOR TABLE ONLY s.t WHERE (true);
ALTER PUBLICATION one OWNER TO postgres;

CREATE PUBLICATION schemas FOR TABLES IN SCHEMA "S-2",
  TABLES IN SCHEMA s;
ALTER PUBLICATION schemas OWNER TO postgres;
