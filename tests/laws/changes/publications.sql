-- Publications.
CREATE SCHEMA s;
CREATE SCHEMA other;
CREATE TABLE s.t (id integer PRIMARY KEY, a text, g integer GENERATED ALWAYS AS (id + 1) STORED);
CREATE TABLE s.u (id integer);
CREATE PUBLICATION p FOR TABLE s.t;
CREATE PUBLICATION q;
-- CHANGES
-- pg_publication
ALTER PUBLICATION p SET (publish = 'insert')
ALTER PUBLICATION p SET (publish = 'insert, update')
ALTER PUBLICATION p SET (publish = 'insert, update, delete')
ALTER PUBLICATION p SET (publish = '')
ALTER PUBLICATION p SET (publish_via_partition_root = true)
ALTER PUBLICATION p SET (publish_generated_columns = stored) -- 18
ALTER PUBLICATION p OWNER TO r_owner
COMMENT ON PUBLICATION p IS 'x'
INSERT INTO pg_seclabel SELECT oid, 'pg_publication'::regclass, 0, 'guard', 'secret' FROM pg_publication WHERE pubname = 'p'
ALTER PUBLICATION p RENAME TO p2
CREATE PUBLICATION every FOR ALL TABLES
UPDATE pg_publication SET puballtables = false WHERE pubname = 'every'
-- pg_publication_rel
ALTER PUBLICATION p2 ADD TABLE s.u
ALTER PUBLICATION p2 DROP TABLE s.t
ALTER PUBLICATION p2 SET TABLE s.t (id) -- 15
ALTER PUBLICATION p2 SET TABLE s.t (id, a) -- 15
ALTER PUBLICATION p2 SET TABLE s.t WHERE (id > 0) -- 15
ALTER PUBLICATION p2 SET TABLE s.t WHERE (id > 1) -- 15
-- pg_publication_namespace
ALTER PUBLICATION q ADD TABLES IN SCHEMA s -- 15
ALTER PUBLICATION q SET TABLES IN SCHEMA other -- 15
ALTER PUBLICATION q SET TABLE s.t, TABLES IN SCHEMA other -- 15
ALTER PUBLICATION q DROP TABLES IN SCHEMA other -- 15
DROP PUBLICATION q
