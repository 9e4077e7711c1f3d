CREATE FOREIGN DATA WRAPPER w;
ALTER FOREIGN DATA WRAPPER w OWNER TO postgres;

CREATE SERVER s FOREIGN DATA WRAPPER w;
ALTER SERVER s OWNER TO postgres;

CREATE TABLE public.n (
  d integer,
  g integer GENERATED ALWAYS AS ((d + 1)) STORED
);
ALTER TABLE public.n OWNER TO postgres;

CREATE TABLE public.n2 (
  d integer NOT NULL
);
ALTER TABLE public.n2 OWNER TO postgres;

CREATE TABLE public.made_own (
  CONSTRAINT n2_d_not_null NOT NULL d
) INHERITS (public.n2);
ALTER TABLE ONLY public.made_own ALTER COLUMN d DROP DEFAULT;
ALTER TABLE public.made_own OWNER TO postgres;

CREATE TABLE public.of_generated (
  CONSTRAINT of_g NOT NULL g
) INHERITS (public.n);
ALTER TABLE ONLY public.of_generated ALTER COLUMN d DROP DEFAULT;
ALTER TABLE public.of_generated OWNER TO postgres;

CREATE TABLE public.own (
  CONSTRAINT own_d NOT NULL d
) INHERITS (public.n);
ALTER TABLE ONLY public.own ALTER COLUMN d DROP DEFAULT;
ALTER TABLE public.own OWNER TO postgres;
COMMENT ON CONSTRAINT own_d ON public.own IS 'the child''s';

CREATE TABLE public.own_and_inherited (
  CONSTRAINT own_too NOT NULL d
) INHERITS (public.n2);
ALTER TABLE ONLY public.own_and_inherited ALTER COLUMN d DROP DEFAULT;
ALTER TABLE public.own_and_inherited OWNER TO postgres;

CREATE TABLE public.own_default_name (
  CONSTRAINT own_default_name_d_not_null NOT NULL d
) INHERITS (public.n2);
ALTER TABLE ONLY public.own_default_name ALTER COLUMN d DROP DEFAULT;
ALTER TABLE public.own_default_name OWNER TO postgres;

CREATE TABLE public.stays_default_name (
  CONSTRAINT stays_default_name_d_not_null NOT NULL d NO INHERIT
) INHERITS (public.n);
ALTER TABLE ONLY public.stays_default_name ALTER COLUMN d DROP DEFAULT;
ALTER TABLE public.stays_default_name OWNER TO postgres;

CREATE TABLE public.stays_here (
  e integer DEFAULT 3,
  CONSTRAINT stays NOT NULL d NO INHERIT
) INHERITS (public.n);
ALTER TABLE ONLY public.stays_here ALTER COLUMN d SET DEFAULT 2;
ALTER TABLE public.stays_here OWNER TO postgres;

CREATE TABLE public.unchecked () INHERITS (public.n);
ALTER TABLE ONLY public.unchecked ALTER COLUMN d DROP DEFAULT;
ALTER TABLE ONLY public.unchecked ADD CONSTRAINT unchecked_d NOT NULL d NOT VALID;
ALTER TABLE public.unchecked OWNER TO postgres;

CREATE TABLE public.under_own () INHERITS (public.own);
ALTER TABLE ONLY public.under_own ALTER COLUMN d DROP DEFAULT;
ALTER TABLE public.under_own OWNER TO postgres;

CREATE FOREIGN TABLE public.far (
  CONSTRAINT far_d NOT NULL d
) INHERITS (public.n2) SERVER s;
ALTER FOREIGN TABLE ONLY public.far ALTER COLUMN d DROP DEFAULT;
ALTER FOREIGN TABLE public.far OWNER TO postgres;
