CREATE TABLE public.base (
  a integer DEFAULT 1 NOT NULL,
  b text
);
ALTER TABLE public.base OWNER TO postgres;

CREATE TABLE public.later (
  a integer,
  b integer NOT NULL
);
ALTER TABLE public.later OWNER TO postgres;

CREATE TABLE public.later_child (
  a integer,
  b integer NOT NULL
);
ALTER TABLE public.later_child OWNER TO postgres;
ALTER TABLE ONLY public.later_child INHERIT public.later;

CREATE TABLE public.other (
  a integer DEFAULT 1,
  d text
);
ALTER TABLE public.other OWNER TO postgres;

CREATE TABLE public.all_own (
  a integer DEFAULT 1 NOT NULL
) INHERITS (public.base, public.other);
ALTER TABLE ONLY public.all_own
ALTER COLUMN b DROP DEFAULT, ALTER COLUMN d DROP DEFAULT;
ALTER TABLE public.all_own OWNER TO postgres;

CREATE TABLE public.own_too (
  a integer DEFAULT 1 NOT NULL,
  b text
);
ALTER TABLE public.own_too OWNER TO postgres;
ALTER TABLE ONLY public.own_too INHERIT public.base;

CREATE TABLE public.some_own (
  a integer DEFAULT 1 NOT NULL,
  f integer
) INHERITS (public.base);
ALTER TABLE ONLY public.some_own
ALTER COLUMN b DROP DEFAULT, ALTER COLUMN f DROP DEFAULT;
ALTER TABLE public.some_own OWNER TO postgres;

CREATE TABLE public.grandchild () INHERITS (public.some_own);
ALTER TABLE ONLY public.grandchild
  ALTER COLUMN a SET DEFAULT 1,
  ALTER COLUMN a SET NOT NULL,
  ALTER COLUMN b DROP DEFAULT,
  ALTER COLUMN f DROP DEFAULT;
ALTER TABLE public.grandchild OWNER TO postgres;

CREATE TABLE public.twice (
  a integer,
  g integer GENERATED ALWAYS AS ((a * 2)) STORED
);
ALTER TABLE public.twice OWNER TO postgres;

CREATE TABLE public.twice_known () INHERITS (public.twice);
ALTER TABLE ONLY public.twice_known
ALTER COLUMN a DROP DEFAULT, ALTER COLUMN g SET NOT NULL;
ALTER TABLE public.twice_known OWNER TO postgres;
