-- Views, rules, routines, triggers, policies.

-- SITUATION view_gains_a_column
CREATE TABLE source (a integer, b integer);
CREATE VIEW shown WITH (security_barrier) AS SELECT a FROM source;
-- BECOMES
CREATE TABLE source (a integer, b integer);
CREATE VIEW shown WITH (security_barrier) AS SELECT a, b FROM source;

-- SITUATION view_columns_change_places
CREATE TABLE source (a integer, b integer);
CREATE VIEW shown AS SELECT a, b FROM source;
CREATE VIEW above AS SELECT a FROM shown;
CREATE FUNCTION ignore() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER instead INSTEAD OF INSERT ON shown FOR EACH ROW EXECUTE FUNCTION ignore();
-- BECOMES
CREATE TABLE source (a integer, b integer);
CREATE VIEW shown AS SELECT b, a FROM source;
CREATE VIEW above AS SELECT a FROM shown;
CREATE FUNCTION ignore() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER instead INSTEAD OF INSERT ON shown FOR EACH ROW EXECUTE FUNCTION ignore();

-- SITUATION materialized_view_under_a_view
CREATE TABLE source (a integer, b integer);
CREATE MATERIALIZED VIEW kept AS SELECT a FROM source;
CREATE UNIQUE INDEX kept_a ON kept (a);
CREATE VIEW above AS SELECT a FROM kept;
-- BECOMES
CREATE TABLE source (a integer, b integer);
CREATE MATERIALIZED VIEW kept AS SELECT a, b FROM source;
CREATE UNIQUE INDEX kept_a ON kept (a);
CREATE VIEW above AS SELECT a FROM kept;

-- SITUATION disabled_rule
CREATE TABLE target (a integer);
CREATE RULE no_insert AS ON INSERT TO target DO INSTEAD NOTHING;
ALTER TABLE target DISABLE RULE no_insert;
-- BECOMES
CREATE TABLE target (a integer);
CREATE RULE no_insert AS ON INSERT TO target DO INSTEAD SELECT 1;
ALTER TABLE target DISABLE RULE no_insert;

-- SITUATION function_returns_more_under_a_view
CREATE FUNCTION amount() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE VIEW amounts AS SELECT amount() AS amount;
-- BECOMES
CREATE FUNCTION amount() RETURNS bigint LANGUAGE sql AS 'SELECT 1';
CREATE VIEW amounts AS SELECT amount() AS amount;

-- SITUATION argument_is_renamed
CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 * 2';
REVOKE ALL ON FUNCTION twice(integer) FROM PUBLIC;
COMMENT ON FUNCTION twice(integer) IS 'doubles';
-- BECOMES
CREATE FUNCTION twice(b integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 * 2';
REVOKE ALL ON FUNCTION twice(integer) FROM PUBLIC;
COMMENT ON FUNCTION twice(integer) IS 'doubles';

-- SITUATION default_reads_its_own_table
SELECT 1;
-- BECOMES
CREATE TABLE queue (id integer, place integer);
CREATE FUNCTION last_place() RETURNS integer BEGIN ATOMIC SELECT max(id) FROM queue; END;
ALTER TABLE queue ALTER place SET DEFAULT last_place();

-- SITUATION functions_call_each_other
SELECT 1;
-- BECOMES
CREATE FUNCTION even() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION odd() RETURNS integer BEGIN ATOMIC SELECT even(); END;
CREATE OR REPLACE FUNCTION even() RETURNS integer BEGIN ATOMIC SELECT odd(); END;

-- SITUATION aggregate_starts_at_five
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);
-- BECOMES
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '5');

-- SITUATION disabled_trigger
CREATE TABLE target (a integer);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE INSERT ON target FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE target DISABLE TRIGGER touched;
-- BECOMES
CREATE TABLE target (a integer);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE INSERT OR UPDATE OF a ON target
    FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE target DISABLE TRIGGER touched;

-- SITUATION constraint_trigger_is_deferred
CREATE TABLE target (a integer);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON target FOR EACH ROW EXECUTE FUNCTION touch();
-- BECOMES
CREATE TABLE target (a integer);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON target DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION touch();

-- SITUATION event_trigger_of_more_tags
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch_rules ON ddl_command_end WHEN TAG IN ('CREATE RULE')
    EXECUTE FUNCTION watch();
ALTER EVENT TRIGGER watch_rules ENABLE ALWAYS;
-- BECOMES
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch_rules ON ddl_command_end WHEN TAG IN ('CREATE RULE', 'DROP RULE')
    EXECUTE FUNCTION watch();
ALTER EVENT TRIGGER watch_rules ENABLE ALWAYS;

-- SITUATION policy_loses_its_check
CREATE TABLE target (a integer);
CREATE POLICY mine ON target USING (a > 0) WITH CHECK (a > 1);
ALTER TABLE target ENABLE ROW LEVEL SECURITY;
-- BECOMES
CREATE TABLE target (a integer);
CREATE POLICY mine ON target USING (a > 0);
ALTER TABLE target ENABLE ROW LEVEL SECURITY;
