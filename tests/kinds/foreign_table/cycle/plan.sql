SET LOCAL check_function_bodies = off;

CREATE FOREIGN DATA WRAPPER w;
ALTER FOREIGN DATA WRAPPER w OWNER TO postgres;

CREATE SERVER s FOREIGN DATA WRAPPER w;
ALTER SERVER s OWNER TO postgres;

CREATE SEQUENCE public.numbers;
ALTER SEQUENCE public.numbers OWNER TO postgres;

CREATE FOREIGN TABLE public.t (
  a integer,
  b integer
) SERVER s;
ALTER FOREIGN TABLE public.t OWNER TO postgres;

CREATE FUNCTION public.total(public.t) RETURNS integer
LANGUAGE sql STABLE
RETURN (SELECT sum(x.a) AS sum FROM public.t x);
ALTER FUNCTION public.total(public.t) OWNER TO postgres;

ALTER FOREIGN TABLE ONLY public.t ALTER COLUMN a SET DEFAULT nextval('public.numbers'::regclass);
ALTER FOREIGN TABLE ONLY public.t ALTER COLUMN b SET DEFAULT public.total(NULL::public.t);

ALTER SEQUENCE public.numbers OWNED BY public.t.a;
