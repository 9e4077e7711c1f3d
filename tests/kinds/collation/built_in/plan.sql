CREATE COLLATION public.c (PROVIDER = builtin, LOCALE = 'C');
ALTER COLLATION public.c OWNER TO postgres;

CREATE COLLATION public.copied (PROVIDER = builtin, LOCALE = 'C.UTF-8');
ALTER COLLATION public.copied OWNER TO postgres;

CREATE COLLATION public.utf8 (PROVIDER = builtin, LOCALE = 'C.UTF-8');
ALTER COLLATION public.utf8 OWNER TO postgres;
COMMENT ON COLLATION public.utf8 IS 'it''s built in';

CREATE TABLE public.t (
  a text COLLATE public.utf8
);
ALTER TABLE public.t OWNER TO postgres;
