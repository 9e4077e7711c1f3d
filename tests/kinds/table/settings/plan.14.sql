CREATE SCHEMA "S-1";
ALTER SCHEMA "S-1" OWNER TO postgres;

CREATE SEQUENCE public.loose_b_seq AS integer;
ALTER SEQUENCE public.loose_b_seq OWNER TO postgres;

CREATE TABLE "S-1"."S-1" (
  "S-1" integer
);
ALTER TABLE "S-1"."S-1" OWNER TO postgres;
COMMENT ON COLUMN "S-1"."S-1"."S-1" IS 'all three alike';

CREATE UNLOGGED TABLE public.loose (
  a integer GENERATED ALWAYS AS IDENTITY NOT NULL,
  b integer DEFAULT nextval('public.loose_b_seq'::regclass) NOT NULL
);
ALTER TABLE public.loose OWNER TO postgres;

ALTER SEQUENCE public.loose_b_seq OWNED BY public.loose.b;

CREATE TABLE public."none" (
  a integer
);
ALTER TABLE ONLY public."none" REPLICA IDENTITY NOTHING;
ALTER TABLE public."none" OWNER TO postgres;

CREATE TABLE public.opts (
  a text
) WITH (fillfactor='70', autovacuum_enabled='false', toast.autovacuum_enabled='off', toast.autovacuum_vacuum_scale_factor='0.10');
ALTER TABLE public.opts OWNER TO postgres;

CREATE TABLE public.rls (
  a integer
);
ALTER TABLE ONLY public.rls
ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.rls OWNER TO postgres;

CREATE TABLE public.whole (
  a integer
);
ALTER TABLE ONLY public.whole REPLICA IDENTITY FULL;
ALTER TABLE public.whole OWNER TO postgres;
