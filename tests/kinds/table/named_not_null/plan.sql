CREATE TABLE public.copied (
  a integer CONSTRAINT original_a_not_null NOT NULL
);
ALTER TABLE public.copied OWNER TO postgres;

CREATE TABLE public.original (
  a integer CONSTRAINT original_a_not_null NOT NULL
);
ALTER TABLE public.original OWNER TO postgres;

CREATE TABLE public.p (
  id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
  k integer CONSTRAINT pk NOT NULL
) PARTITION BY LIST (k);
ALTER TABLE public.p OWNER TO postgres;

CREATE TABLE public.p1 (
  id integer CONSTRAINT p_id_not_null NOT NULL,
  k integer CONSTRAINT pk NOT NULL
);
ALTER TABLE public.p1 OWNER TO postgres;
ALTER TABLE ONLY public.p ATTACH PARTITION public.p1 FOR VALUES IN (1);

CREATE TABLE public.t (
  a integer CONSTRAINT nn NOT NULL,
  b integer NOT NULL,
  c integer,
  d integer CONSTRAINT only_here NOT NULL NO INHERIT
);
ALTER TABLE ONLY public.t ADD CONSTRAINT later NOT NULL c NOT VALID;
ALTER TABLE public.t OWNER TO postgres;
COMMENT ON CONSTRAINT nn ON public.t IS 'named';

CREATE TABLE public.child (
  a integer CONSTRAINT mine NOT NULL
) INHERITS (public.t);
ALTER TABLE ONLY public.child
  ALTER COLUMN a DROP DEFAULT,
  ALTER COLUMN b DROP DEFAULT,
  ALTER COLUMN c DROP DEFAULT,
  ALTER COLUMN d DROP DEFAULT;
ALTER TABLE public.child OWNER TO postgres;

CREATE TABLE public.v (
  a integer,
  g integer GENERATED ALWAYS AS ((a + 1)) VIRTUAL
);
ALTER TABLE public.v OWNER TO postgres;
