CREATE SCHEMA "S 1";
CREATE FUNCTION "S 1"."On it"() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
-- Fails whenever it fires: what makes the database must not run into it.
CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS
    'BEGIN RAISE ''no % here'', tg_tag; END';
CREATE TABLE t (a integer);
COMMENT ON TABLE t IS 'made before';
CREATE EVENT TRIGGER "It's one" ON ddl_command_start
    WHEN TAG IN ('DROP TABLE', 'CREATE TABLE') EXECUTE FUNCTION "S 1"."On it"();
COMMENT ON EVENT TRIGGER "It's one" IS 'it''s one';
CREATE EVENT TRIGGER dropping ON sql_drop EXECUTE FUNCTION "S 1"."On it"();
CREATE EVENT TRIGGER rewriting ON table_rewrite WHEN TAG IN ('ALTER TABLE')
    EXECUTE FUNCTION "S 1"."On it"();
CREATE EVENT TRIGGER replica ON ddl_command_end EXECUTE FUNCTION "S 1"."On it"();
CREATE EVENT TRIGGER stopped ON ddl_command_end EXECUTE FUNCTION refuse();
ALTER EVENT TRIGGER dropping ENABLE ALWAYS;
ALTER EVENT TRIGGER replica ENABLE REPLICA;
ALTER EVENT TRIGGER stopped DISABLE;
CREATE EVENT TRIGGER refusing ON ddl_command_start EXECUTE FUNCTION refuse();
CREATE EVENT TRIGGER refusing_too ON ddl_command_end EXECUTE FUNCTION refuse();
COMMENT ON EVENT TRIGGER refusing IS 'it fires for no statement on event triggers';
