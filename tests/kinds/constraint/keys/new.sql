CREATE EXTENSION btree_gist;
CREATE TABLE t (id integer, a integer, b text, r int4range,
    CONSTRAINT "Key" PRIMARY KEY (id) INCLUDE (b) WITH (fillfactor = 80),
    UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT apart EXCLUDE USING gist (a WITH =, r WITH &&) WITH (fillfactor = 60) WHERE (a > 0)
        DEFERRABLE);
ALTER TABLE t CLUSTER ON "Key";
COMMENT ON CONSTRAINT "Key" ON t IS 'the key';
COMMENT ON INDEX "Key" IS 'its index';
CREATE TABLE u (a integer NOT NULL UNIQUE, b integer);
ALTER TABLE u REPLICA IDENTITY USING INDEX u_a_key;
