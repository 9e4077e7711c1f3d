CREATE UNLOGGED TABLE public.both_not (
  id integer GENERATED ALWAYS AS IDENTITY NOT NULL
);
ALTER TABLE public.both_not OWNER TO postgres;

CREATE TABLE public.sequence_not (
  id integer GENERATED ALWAYS AS IDENTITY NOT NULL
);
ALTER TABLE public.sequence_not OWNER TO postgres;
ALTER SEQUENCE public.sequence_not_id_seq SET UNLOGGED;

CREATE UNLOGGED TABLE public.table_not (
  id integer GENERATED ALWAYS AS IDENTITY NOT NULL
);
ALTER TABLE public.table_not OWNER TO postgres;
ALTER SEQUENCE public.table_not_id_seq SET LOGGED;
