SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.touch() RETURNS trigger
LANGUAGE plpgsql
AS $$BEGIN RETURN NEW; END$$;
ALTER FUNCTION public.touch() OWNER TO postgres;

CREATE FOREIGN DATA WRAPPER w;
ALTER FOREIGN DATA WRAPPER w OWNER TO postgres;

CREATE SERVER s FOREIGN DATA WRAPPER w;
ALTER SERVER s OWNER TO postgres;

CREATE TABLE public.parent (
  a integer NOT NULL,
  b text DEFAULT 'x'::text
);
ALTER TABLE public.parent OWNER TO postgres;

CREATE TABLE public.whole (
  a integer NOT NULL,
  d date DEFAULT CURRENT_DATE
) PARTITION BY LIST (a);
ALTER TABLE public.whole OWNER TO postgres;

CREATE FOREIGN TABLE public.above (
  x integer
) SERVER s;
ALTER FOREIGN TABLE public.above OWNER TO postgres;

CREATE TABLE public.below (
  y integer
) INHERITS (public.above);
ALTER TABLE ONLY public.below
ALTER COLUMN x DROP DEFAULT, ALTER COLUMN y DROP DEFAULT;
ALTER TABLE public.below OWNER TO postgres;

CREATE FOREIGN TABLE public.adopted (
  b text,
  a integer OPTIONS (o 'a') NOT NULL,
  own date
) SERVER s;
ALTER FOREIGN TABLE public.adopted OWNER TO postgres;
ALTER FOREIGN TABLE ONLY public.adopted INHERIT public.parent;

CREATE FOREIGN TABLE public.child (
  c integer OPTIONS (o 'c')
) INHERITS (public.parent) SERVER s;
ALTER FOREIGN TABLE ONLY public.child
  ALTER COLUMN a DROP DEFAULT,
  ALTER COLUMN b SET DEFAULT 'own'::text,
  ALTER COLUMN c DROP DEFAULT;
ALTER FOREIGN TABLE ONLY public.child ALTER COLUMN b OPTIONS (ADD column_name 'B', ADD z '');
ALTER FOREIGN TABLE public.child OWNER TO postgres;

CREATE FOREIGN TABLE public.part (
  a integer CONSTRAINT whole_a_not_null NOT NULL,
  d date DEFAULT '2024-01-01'::date
) SERVER s OPTIONS (o 'p');
ALTER FOREIGN TABLE public.part OWNER TO postgres;
ALTER TABLE ONLY public.whole ATTACH PARTITION public.part FOR VALUES IN (1);

CREATE FOREIGN TABLE public.shuffled (
  d date OPTIONS (o 'd'),
  a integer NOT NULL
) SERVER s;
ALTER FOREIGN TABLE public.shuffled OWNER TO postgres;
ALTER TABLE ONLY public.whole ATTACH PARTITION public.shuffled DEFAULT;

ALTER TABLE public.adopted ADD CONSTRAINT top CHECK ((a > 0));

ALTER TABLE public.parent ADD CONSTRAINT top CHECK ((a > 0));

CREATE TRIGGER touched AFTER INSERT ON public.whole FOR EACH ROW EXECUTE FUNCTION public.touch();

ALTER TABLE public.part DISABLE TRIGGER touched;
