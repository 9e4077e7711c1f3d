CREATE SEQUENCE public."Mixed_Id_seq" AS smallint;
ALTER SEQUENCE public."Mixed_Id_seq" OWNER TO postgres;

CREATE SEQUENCE public.a_id_seq AS integer;
ALTER SEQUENCE public.a_id_seq OWNER TO r_owner;
GRANT SELECT ON SEQUENCE public.a_id_seq TO r_reader;

CREATE SEQUENCE public.a_n_seq;
ALTER SEQUENCE public.a_n_seq OWNER TO r_owner;

CREATE TABLE public."Mixed" (
  "Id" smallint DEFAULT nextval('public."Mixed_Id_seq"'::regclass) NOT NULL
);
ALTER TABLE public."Mixed" OWNER TO postgres;

ALTER SEQUENCE public."Mixed_Id_seq" OWNED BY public."Mixed"."Id";

CREATE TABLE public.a (
  id integer DEFAULT nextval('public.a_id_seq'::regclass) NOT NULL,
  n bigint DEFAULT nextval('public.a_n_seq'::regclass) NOT NULL
);
ALTER TABLE public.a OWNER TO r_owner;

ALTER SEQUENCE public.a_id_seq OWNED BY public.a.id;

ALTER SEQUENCE public.a_n_seq OWNED BY public.a.n;

CREATE TABLE public.b (
  id integer DEFAULT nextval('public.a_id_seq'::regclass)
);
ALTER TABLE public.b OWNER TO postgres;

CREATE SEQUENCE public.moved;
ALTER SEQUENCE public.moved OWNER TO postgres;
ALTER SEQUENCE public.moved OWNED BY public.b.id;

ALTER TABLE public.a ADD CONSTRAINT a_pkey PRIMARY KEY (id);
