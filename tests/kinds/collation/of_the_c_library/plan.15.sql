CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE COLLATION "S-1"."It's" (PROVIDER = libc, LOCALE = 'C');
ALTER COLLATION "S-1"."It's" OWNER TO r_owner;
COMMENT ON COLLATION "S-1"."It's" IS 'it''s plain';

CREATE COLLATION public.copied (PROVIDER = libc, LOCALE = 'POSIX');
ALTER COLLATION public.copied OWNER TO postgres;

CREATE COLLATION public.posix (PROVIDER = libc, LOCALE = 'POSIX');
ALTER COLLATION public.posix OWNER TO postgres;

CREATE COLLATION public.split (PROVIDER = libc, LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
ALTER COLLATION public.split OWNER TO postgres;

CREATE TYPE public.pair AS (a text COLLATE public.split);
ALTER TYPE public.pair OWNER TO postgres;

CREATE TYPE public.span AS RANGE (
  SUBTYPE = text,
  COLLATION = public.posix,
  MULTIRANGE_TYPE_NAME = public.span_multirange
);
ALTER TYPE public.span OWNER TO postgres;

CREATE DOMAIN public.a_domain AS text COLLATE "S-1"."It's";
ALTER DOMAIN public.a_domain OWNER TO postgres;

CREATE TABLE public.t (
  a text COLLATE public.copied NOT NULL,
  b text COLLATE "S-1"."It's"
);
ALTER TABLE public.t OWNER TO postgres;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY (a);

CREATE INDEX i ON public.t USING btree (b COLLATE public.posix);

CREATE VIEW public.v AS
 SELECT (t.a COLLATE public.split) AS a
   FROM public.t;
ALTER VIEW public.v OWNER TO postgres;
