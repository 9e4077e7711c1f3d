SET LOCAL check_function_bodies = off;

CREATE SCHEMA "S 1";
ALTER SCHEMA "S 1" OWNER TO postgres;

CREATE FUNCTION "S 1"."On it"() RETURNS event_trigger
LANGUAGE plpgsql
AS $$BEGIN END$$;
ALTER FUNCTION "S 1"."On it"() OWNER TO postgres;

CREATE FUNCTION public.refuse() RETURNS event_trigger
LANGUAGE plpgsql
AS $$BEGIN RAISE 'no % here', tg_tag; END$$;
ALTER FUNCTION public.refuse() OWNER TO postgres;

CREATE TABLE public.t (
  a integer
);
ALTER TABLE public.t OWNER TO postgres;
COMMENT ON TABLE public.t IS 'made before';

CREATE EVENT TRIGGER "It's one" ON ddl_command_start WHEN TAG IN ('DROP TABLE', 'CREATE TABLE') EXECUTE FUNCTION "S 1"."On it"();
ALTER EVENT TRIGGER "It's one" OWNER TO postgres;
COMMENT ON EVENT TRIGGER "It's one" IS 'it''s one';

CREATE EVENT TRIGGER dropping ON sql_drop EXECUTE FUNCTION "S 1"."On it"();
ALTER EVENT TRIGGER dropping ENABLE ALWAYS;
ALTER EVENT TRIGGER dropping OWNER TO postgres;

CREATE EVENT TRIGGER refusing ON ddl_command_start EXECUTE FUNCTION public.refuse();
ALTER EVENT TRIGGER refusing OWNER TO postgres;
COMMENT ON EVENT TRIGGER refusing IS 'it fires for no statement on event triggers';

CREATE EVENT TRIGGER refusing_too ON ddl_command_end EXECUTE FUNCTION public.refuse();
ALTER EVENT TRIGGER refusing_too OWNER TO postgres;

CREATE EVENT TRIGGER replica ON ddl_command_end EXECUTE FUNCTION "S 1"."On it"();
ALTER EVENT TRIGGER replica ENABLE REPLICA;
ALTER EVENT TRIGGER replica OWNER TO postgres;

CREATE EVENT TRIGGER rewriting ON table_rewrite WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION "S 1"."On it"();
ALTER EVENT TRIGGER rewriting OWNER TO postgres;

CREATE EVENT TRIGGER stopped ON ddl_command_end EXECUTE FUNCTION public.refuse();
ALTER EVENT TRIGGER stopped DISABLE;
ALTER EVENT TRIGGER stopped OWNER TO postgres;
