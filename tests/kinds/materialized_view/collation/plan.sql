CREATE COLLATION public."C 1" (PROVIDER = libc, LOCALE = 'C');
ALTER COLLATION public."C 1" OWNER TO postgres;

CREATE TABLE public.t (
  a text,
  b text COLLATE public."C 1"
);
ALTER TABLE public.t OWNER TO postgres;

CREATE MATERIALIZED VIEW public.m AS
 SELECT (a COLLATE "POSIX") AS "A a",
    b,
    lower(b) AS c,
    a AS d
   FROM public.t;
ALTER MATERIALIZED VIEW public.m OWNER TO postgres;

CREATE INDEX m_b_c_idx ON public.m USING btree (b, c COLLATE "C");
