SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S 1";
ALTER SCHEMA "S 1" OWNER TO postgres;
GRANT CREATE, USAGE ON SCHEMA "S 1" TO r_owner;

CREATE TYPE public.mood AS ENUM ('good');
ALTER TYPE public.mood OWNER TO postgres;

CREATE FUNCTION public.touch() RETURNS trigger
LANGUAGE plpgsql
AS $$BEGIN RETURN NEW; END$$;
ALTER FUNCTION public.touch() OWNER TO postgres;

CREATE FUNCTION public.twice(integer) RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$SELECT $1 * 2$$;
ALTER FUNCTION public.twice(integer) OWNER TO postgres;

CREATE FOREIGN DATA WRAPPER w;
ALTER FOREIGN DATA WRAPPER w OWNER TO postgres;

CREATE SERVER "Odd server" FOREIGN DATA WRAPPER w;
ALTER SERVER "Odd server" OWNER TO postgres;
GRANT USAGE ON FOREIGN SERVER "Odd server" TO r_owner;

CREATE FOREIGN TABLE "S 1"."Odd table" (
  id integer OPTIONS ("Mixed Case" 'it''s', column_name 'ID') NOT NULL,
  "B b" character varying(5) OPTIONS (x '') COLLATE pg_catalog."C" DEFAULT 'x'::character varying,
  n numeric(5,2) DEFAULT public.twice(3),
  g integer GENERATED ALWAYS AS ((id + 1)) STORED,
  m public.mood[] DEFAULT '{good}'::public.mood[],
  t text
) SERVER "Odd server" OPTIONS (schema_name 'far', table_name 'it''s', "user" 'a=b');
ALTER FOREIGN TABLE ONLY "S 1"."Odd table"
  ALTER COLUMN t SET STORAGE EXTERNAL,
  ALTER COLUMN t SET STATISTICS 7,
  ALTER COLUMN t SET (n_distinct='5');
ALTER FOREIGN TABLE "S 1"."Odd table" OWNER TO r_owner;
GRANT INSERT, SELECT ON TABLE "S 1"."Odd table" TO r_reader;
COMMENT ON FOREIGN TABLE "S 1"."Odd table" IS 'it''s odd';
GRANT UPDATE (id) ON TABLE "S 1"."Odd table" TO r_reader WITH GRANT OPTION;
GRANT UPDATE ("B b") ON TABLE "S 1"."Odd table" TO r_reader WITH GRANT OPTION;
COMMENT ON COLUMN "S 1"."Odd table"."B b" IS 'a column';

CREATE FOREIGN TABLE public."none" () SERVER "Odd server" OPTIONS (query 'SELECT 1');
ALTER FOREIGN TABLE public."none" OWNER TO postgres;

CREATE FOREIGN TABLE public.plain (
  a integer
) SERVER "Odd server";
ALTER FOREIGN TABLE public.plain OWNER TO postgres;
REVOKE DELETE ON TABLE public.plain FROM postgres;

CREATE TABLE public.holds (
  far "S 1"."Odd table",
  many public.plain[]
);
ALTER TABLE public.holds OWNER TO postgres;

ALTER TABLE "S 1"."Odd table" ADD CONSTRAINT "Odd table_B b_check" CHECK ((("B b")::text <> ''::text)) NO INHERIT;

ALTER TABLE "S 1"."Odd table" ADD CONSTRAINT later CHECK ((n > (0)::numeric)) NOT VALID;

ALTER TABLE "S 1"."Odd table" ADD CONSTRAINT positive CHECK ((id > 0));
COMMENT ON CONSTRAINT positive ON "S 1"."Odd table" IS 'a check';

CREATE VIEW public.v AS
 SELECT "Odd table".id,
    "Odd table"."B b"
   FROM "S 1"."Odd table";
ALTER VIEW public.v OWNER TO postgres;

CREATE TRIGGER stopped AFTER DELETE ON "S 1"."Odd table" FOR EACH STATEMENT EXECUTE FUNCTION public.touch();
ALTER TABLE "S 1"."Odd table" DISABLE TRIGGER stopped;

CREATE TRIGGER touched BEFORE INSERT OR UPDATE OF t ON "S 1"."Odd table" FOR EACH ROW WHEN ((new.id > 5)) EXECUTE FUNCTION public.touch();
COMMENT ON TRIGGER touched ON "S 1"."Odd table" IS 'a trigger';
