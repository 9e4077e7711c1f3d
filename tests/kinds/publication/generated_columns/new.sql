CREATE TABLE t (id integer PRIMARY KEY, g integer GENERATED ALWAYS AS (id + 1) STORED);
CREATE PUBLICATION stored FOR TABLE t WITH (publish_generated_columns = stored);
CREATE PUBLICATION listed FOR TABLE t (id, g);
CREATE PUBLICATION neither FOR ALL TABLES WITH (publish = 'insert', publish_generated_columns = none);
