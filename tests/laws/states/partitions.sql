-- Trees of partitions, and of inheritance, of which a part comes or goes.

-- SITUATION partition_comes
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, level integer DEFAULT 3, note text,
    CONSTRAINT log_pk PRIMARY KEY (day, id), CONSTRAINT above CHECK (level > 0),
    CONSTRAINT noted CHECK (note <> '')) PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE UNIQUE INDEX log_once ON log (day, level);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 (LIKE log INCLUDING ALL);
DROP TABLE log_2;
-- BECOMES
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, level integer DEFAULT 3, note text,
    CONSTRAINT log_pk PRIMARY KEY (day, id), CONSTRAINT above CHECK (level > 0),
    CONSTRAINT noted CHECK (note <> '')) PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE UNIQUE INDEX log_once ON log (day, level);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);

-- SITUATION partition_comes_with_names_of_its_own
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT log_pk PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
ALTER TABLE log ADD CONSTRAINT noted CHECK (note <> '');
-- BECOMES
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT log_pk PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
ALTER TABLE log ADD CONSTRAINT noted CHECK (note <> '');
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
ALTER TABLE log_1 RENAME CONSTRAINT log_1_pkey TO its_key;
ALTER INDEX log_1_note_idx RENAME TO its_index;
COMMENT ON INDEX its_index IS 'index of a part';
COMMENT ON CONSTRAINT its_key ON log_1 IS 'key of a part';
COMMENT ON CONSTRAINT noted ON log_1 IS 'check of a part';
CREATE INDEX extra ON log_1 (id);
ALTER TABLE log_1 ADD CONSTRAINT extra_check CHECK (id > 0);
ALTER TABLE log_1 ADD CONSTRAINT extra_key UNIQUE (id);
ALTER TABLE log_1 CLUSTER ON its_index;
ALTER TABLE log_1 REPLICA IDENTITY USING INDEX its_key;

-- SITUATION partition_comes_to_references_and_triggers
CREATE TABLE kind (id integer PRIMARY KEY);
CREATE TABLE log (day integer PRIMARY KEY, kind integer REFERENCES kind) PARTITION BY LIST (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE of_log (day integer REFERENCES log);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER noted AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION noted();
-- BECOMES
CREATE TABLE kind (id integer PRIMARY KEY);
CREATE TABLE log (day integer PRIMARY KEY, kind integer REFERENCES kind) PARTITION BY LIST (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE of_log (day integer REFERENCES log);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER noted AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION noted();
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);
ALTER TABLE log_2 DISABLE TRIGGER noted;
CREATE TRIGGER its_own BEFORE DELETE ON log_2 FOR EACH ROW EXECUTE FUNCTION noted();

-- SITUATION partition_comes_beside_a_default
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, UNIQUE (day, id))
    PARTITION BY RANGE (day);
CREATE TABLE log_rest PARTITION OF log DEFAULT;
-- BECOMES
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, UNIQUE (day, id))
    PARTITION BY RANGE (day);
CREATE TABLE log_rest PARTITION OF log DEFAULT;
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (1000) TO (2000);

-- SITUATION default_partition_comes
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, UNIQUE (day, id))
    PARTITION BY RANGE (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (1) TO (2000);
CREATE INDEX ON log (id);
-- BECOMES
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, UNIQUE (day, id))
    PARTITION BY RANGE (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (1) TO (2000);
CREATE TABLE log_rest PARTITION OF log DEFAULT;
CREATE INDEX ON log (id);

-- SITUATION subtree_comes
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, PRIMARY KEY (day, id))
    PARTITION BY LIST (day);
CREATE INDEX log_id ON log (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
-- BECOMES
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, PRIMARY KEY (day, id))
    PARTITION BY LIST (day);
CREATE INDEX log_id ON log (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2) PARTITION BY LIST (id);
CREATE TABLE log_2_1 PARTITION OF log_2 FOR VALUES IN (1);
CREATE TABLE log_2_2 PARTITION OF log_2 DEFAULT;

-- SITUATION partition_of_a_partition_comes
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, PRIMARY KEY (day, id))
    PARTITION BY LIST (day);
CREATE INDEX log_id ON log (id);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2) PARTITION BY LIST (id);
ALTER TABLE log_2 ADD CHECK (id > 0);
CREATE INDEX ON log_2 (day);
-- BECOMES
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, PRIMARY KEY (day, id))
    PARTITION BY LIST (day);
CREATE INDEX log_id ON log (id);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2) PARTITION BY LIST (id);
ALTER TABLE log_2 ADD CHECK (id > 0);
CREATE INDEX ON log_2 (day);
CREATE TABLE log_2_1 PARTITION OF log_2 FOR VALUES IN (1);
CREATE TABLE log_2_2 PARTITION OF log_2 DEFAULT;

-- SITUATION partition_with_a_column_of_its_own_kind_comes
CREATE TABLE log (day integer NOT NULL, id integer DEFAULT 1, note text) PARTITION BY LIST (day);
-- BECOMES
CREATE TABLE log (day integer NOT NULL, id integer DEFAULT 1, note text) PARTITION BY LIST (day);
CREATE TABLE log_1 (note text DEFAULT 'x', day integer NOT NULL, id integer NOT NULL);
ALTER TABLE log ATTACH PARTITION log_1 FOR VALUES IN (1);

-- SITUATION named_not_nulls_of_partitions -- 18
CREATE TABLE log (day integer CONSTRAINT some_day NOT NULL, id integer NOT NULL, note text)
    PARTITION BY LIST (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
-- BECOMES
CREATE TABLE log (day integer CONSTRAINT some_day NOT NULL, id integer NOT NULL, note text)
    PARTITION BY LIST (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);
CREATE TABLE log_3 (day integer CONSTRAINT its_day NOT NULL, id integer CONSTRAINT its_id NOT NULL,
    note text CONSTRAINT its_note NOT NULL);
ALTER TABLE log ATTACH PARTITION log_3 FOR VALUES IN (3);

-- SITUATION table_is_attached
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT log_pk PRIMARY KEY (day, id), CONSTRAINT noted CHECK (note <> ''))
    PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE TABLE log_1 (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT its_key PRIMARY KEY (day, id), CONSTRAINT noted CHECK (note <> ''),
    CONSTRAINT day_1 CHECK (day = 1));
CREATE INDEX its_note ON log_1 (note);
COMMENT ON INDEX its_note IS 'own';
-- BECOMES
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT log_pk PRIMARY KEY (day, id), CONSTRAINT noted CHECK (note <> ''))
    PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE TABLE log_1 (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT its_key PRIMARY KEY (day, id), CONSTRAINT noted CHECK (note <> ''),
    CONSTRAINT day_1 CHECK (day = 1));
CREATE INDEX its_note ON log_1 (note);
COMMENT ON INDEX its_note IS 'own';
ALTER TABLE log ATTACH PARTITION log_1 FOR VALUES IN (1);

-- SITUATION bare_table_is_attached
CREATE TABLE kind (id integer PRIMARY KEY);
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    kind integer CONSTRAINT of_kind REFERENCES kind,
    CONSTRAINT log_pk PRIMARY KEY (day, id), CONSTRAINT noted CHECK (note <> ''))
    PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE TABLE log_1 (day integer, id integer, note text, kind integer);
-- BECOMES
CREATE TABLE kind (id integer PRIMARY KEY);
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    kind integer CONSTRAINT of_kind REFERENCES kind,
    CONSTRAINT log_pk PRIMARY KEY (day, id), CONSTRAINT noted CHECK (note <> ''))
    PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);

-- SITUATION detached_keeps_some
CREATE TABLE kind (id integer PRIMARY KEY);
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    kind integer CONSTRAINT of_kind REFERENCES kind,
    CONSTRAINT log_pk PRIMARY KEY (day, id), CONSTRAINT noted CHECK (note <> ''),
    CONSTRAINT dated CHECK (day > 0)) PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE INDEX log_id ON log (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);
-- BECOMES
CREATE TABLE kind (id integer PRIMARY KEY);
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    kind integer CONSTRAINT of_kind REFERENCES kind,
    CONSTRAINT log_pk PRIMARY KEY (day, id), CONSTRAINT noted CHECK (note <> ''),
    CONSTRAINT dated CHECK (day > 0)) PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE INDEX log_id ON log (id);
CREATE TABLE log_1 (day integer NOT NULL, id integer NOT NULL, note text,
    kind integer CONSTRAINT of_kind REFERENCES kind, CONSTRAINT dated CHECK (day > 0));
CREATE INDEX log_1_id_idx ON log_1 (id);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);

-- SITUATION detached_as_the_key_goes
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT log_pk PRIMARY KEY (day, id), CONSTRAINT noted CHECK (note <> ''))
    PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);
-- BECOMES
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text) PARTITION BY LIST (day);
CREATE TABLE log_1 (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT log_1_pkey PRIMARY KEY (day, id), CONSTRAINT noted CHECK (note <> ''));
CREATE INDEX log_1_note_idx ON log_1 (note);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);

-- SITUATION partition_becomes_a_table_of_another_shape
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT log_pk PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
-- BECOMES
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT log_pk PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE TABLE log_1 (day bigint NOT NULL, id integer NOT NULL, more text DEFAULT 'x',
    CONSTRAINT its_key PRIMARY KEY (day));

-- SITUATION whole_tree_comes
CREATE TABLE other (id integer);
-- BECOMES
CREATE TABLE other (id integer);
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, PRIMARY KEY (day, id))
    PARTITION BY LIST (day);
CREATE INDEX log_id ON log (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2) PARTITION BY LIST (id);
CREATE TABLE log_2_1 PARTITION OF log_2 FOR VALUES IN (1);
CREATE TABLE log_2_2 PARTITION OF log_2 DEFAULT;

-- SITUATION partition_outlives_the_whole
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, PRIMARY KEY (day, id))
    PARTITION BY LIST (day);
CREATE INDEX log_id ON log (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);
-- BECOMES
CREATE TABLE log_1 (day integer NOT NULL CONSTRAINT log_day_check CHECK (day > 0),
    id integer NOT NULL, PRIMARY KEY (day, id));
CREATE INDEX log_1_id_idx ON log_1 (id);

-- SITUATION partition_moves
CREATE TABLE log (day integer NOT NULL CONSTRAINT dated CHECK (day > 0), id integer,
    PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_id ON log (id);
CREATE TABLE old_log (day integer NOT NULL CONSTRAINT dated CHECK (day > 0), id integer,
    PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX old_log_id ON old_log (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);
-- BECOMES
CREATE TABLE log (day integer NOT NULL CONSTRAINT dated CHECK (day > 0), id integer,
    PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_id ON log (id);
CREATE TABLE old_log (day integer NOT NULL CONSTRAINT dated CHECK (day > 0), id integer,
    PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX old_log_id ON old_log (id);
CREATE TABLE log_1 PARTITION OF old_log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);

-- SITUATION partition_moves_to_another_shape
CREATE TABLE log (day integer NOT NULL CONSTRAINT dated CHECK (day > 0), id integer,
    PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE TABLE old_log (day integer NOT NULL CONSTRAINT past CHECK (day > 0), id integer)
    PARTITION BY LIST (day);
CREATE INDEX old_log_id ON old_log (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
-- BECOMES
CREATE TABLE log (day integer NOT NULL CONSTRAINT dated CHECK (day > 0), id integer,
    PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE TABLE old_log (day integer NOT NULL CONSTRAINT past CHECK (day > 0), id integer)
    PARTITION BY LIST (day);
CREATE INDEX old_log_id ON old_log (id);
CREATE TABLE log_1 PARTITION OF old_log FOR VALUES IN (1);

-- SITUATION bounds_change
CREATE TABLE kind (id integer PRIMARY KEY);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE log (day integer NOT NULL CONSTRAINT dated CHECK (day > 0), id integer,
    kind integer REFERENCES kind, PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_id ON log (id);
CREATE TRIGGER noted AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION noted();
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);
ALTER TABLE log_1 DISABLE TRIGGER noted;
-- BECOMES
CREATE TABLE kind (id integer PRIMARY KEY);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE log (day integer NOT NULL CONSTRAINT dated CHECK (day > 0), id integer,
    kind integer REFERENCES kind, PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_id ON log (id);
CREATE TRIGGER noted AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION noted();
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1, 3);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);
ALTER TABLE log_1 DISABLE TRIGGER noted;

-- SITUATION bounds_of_a_subtree_change
CREATE TABLE log (day integer NOT NULL CONSTRAINT dated CHECK (day > 0), id integer,
    PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_id ON log (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1) PARTITION BY LIST (id);
CREATE TABLE log_1_1 PARTITION OF log_1 FOR VALUES IN (1);
-- BECOMES
CREATE TABLE log (day integer NOT NULL CONSTRAINT dated CHECK (day > 0), id integer,
    PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_id ON log (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1, 3) PARTITION BY LIST (id);
CREATE TABLE log_1_1 PARTITION OF log_1 FOR VALUES IN (1, 2);

-- SITUATION a_tree_gets_more
CREATE TABLE kind (id integer PRIMARY KEY);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text) PARTITION BY LIST (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2) PARTITION BY LIST (id);
CREATE TABLE log_2_1 PARTITION OF log_2 DEFAULT;
-- BECOMES
CREATE TABLE kind (id integer PRIMARY KEY);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text) PARTITION BY LIST (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2) PARTITION BY LIST (id);
CREATE TABLE log_2_1 PARTITION OF log_2 DEFAULT;
ALTER TABLE log ADD COLUMN kind integer REFERENCES kind;
ALTER TABLE log ADD CONSTRAINT noted CHECK (note <> '');
ALTER TABLE log ADD PRIMARY KEY (day, id);
CREATE INDEX log_note ON log (note);
CREATE UNIQUE INDEX log_kind ON log (day, id, kind);
CREATE TRIGGER noted AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION noted();

-- SITUATION a_part_gets_more
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT log_pk PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
-- BECOMES
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT log_pk PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE INDEX extra ON log_1 (id);
ALTER TABLE log_1 ADD CONSTRAINT extra_check CHECK (id > 0);
ALTER TABLE log_1 ADD CONSTRAINT extra_key UNIQUE (id);
COMMENT ON INDEX log_1_note_idx IS 'of a part';

-- SITUATION a_part_has_other_names
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT log_pk PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);
-- BECOMES
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text,
    CONSTRAINT log_pk PRIMARY KEY (day, id)) PARTITION BY LIST (day);
CREATE INDEX log_note ON log (note);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);
ALTER INDEX log_1_note_idx RENAME TO its_note;
ALTER TABLE log_1 RENAME CONSTRAINT log_1_pkey TO its_key;

-- SITUATION a_partition_comes_as_the_tree_gets_more
CREATE TABLE log (day integer NOT NULL, id integer NOT NULL, note text) PARTITION BY LIST (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_3 (day integer, note text);
-- BECOMES
CREATE TABLE log (day integer NOT NULL, id bigint NOT NULL, note text, more integer DEFAULT 1,
    PRIMARY KEY (day, id), CONSTRAINT noted CHECK (note <> '')) PARTITION BY LIST (day);
CREATE INDEX log_note ON log (more);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2);
CREATE TABLE log_3 PARTITION OF log FOR VALUES IN (3);

-- SITUATION partitions_take_turns
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, PRIMARY KEY (day, id))
    PARTITION BY RANGE (day);
CREATE INDEX log_id ON log (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (1) TO (20);
CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM (20) TO (30);
-- BECOMES
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, PRIMARY KEY (day, id))
    PARTITION BY RANGE (day);
CREATE INDEX log_id ON log (id);
CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM (10) TO (30);
CREATE TABLE log_3 PARTITION OF log FOR VALUES FROM (5) TO (10);

-- SITUATION table_becomes_a_tree
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, PRIMARY KEY (day, id));
CREATE INDEX log_id ON log (id);
-- BECOMES
CREATE TABLE log (day integer NOT NULL CHECK (day > 0), id integer, PRIMARY KEY (day, id))
    PARTITION BY LIST (day);
CREATE INDEX log_id ON log (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);

-- SITUATION exclusion_and_deferred_keys_of_a_partition -- 17
CREATE TABLE log (day integer, id integer, EXCLUDE USING btree (day WITH =, id WITH =),
    CONSTRAINT late UNIQUE (id, day) DEFERRABLE INITIALLY DEFERRED) PARTITION BY LIST (day);
-- BECOMES
CREATE TABLE log (day integer, id integer, EXCLUDE USING btree (day WITH =, id WITH =),
    CONSTRAINT late UNIQUE (id, day) DEFERRABLE INITIALLY DEFERRED) PARTITION BY LIST (day);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);

-- SITUATION twin_indexes_of_a_partition
CREATE TABLE log (day integer, id integer) PARTITION BY LIST (day);
CREATE INDEX log_a ON log (id);
CREATE INDEX log_b ON log (id);
-- BECOMES
CREATE TABLE log (day integer, id integer) PARTITION BY LIST (day);
CREATE INDEX log_a ON log (id);
CREATE INDEX log_b ON log (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);

-- SITUATION child_comes
CREATE TABLE thing (id integer CHECK (id > 0) NOT NULL, note text DEFAULT 'x',
    CONSTRAINT alone CHECK (note <> '') NO INHERIT, PRIMARY KEY (id));
CREATE INDEX ON thing (note);
-- BECOMES
CREATE TABLE thing (id integer CHECK (id > 0) NOT NULL, note text DEFAULT 'x',
    CONSTRAINT alone CHECK (note <> '') NO INHERIT, PRIMARY KEY (id));
CREATE INDEX ON thing (note);
CREATE TABLE special (more integer CHECK (more > 1)) INHERITS (thing);
CREATE TABLE extra (id integer NOT NULL CONSTRAINT thing_id_check CHECK (id > 0), note text);
ALTER TABLE extra INHERIT thing;
CREATE TABLE both_have (id integer CONSTRAINT thing_id_check CHECK (id > 0)) INHERITS (thing);
CREATE INDEX ON special (note);

-- SITUATION child_leaves
CREATE TABLE thing (id integer CHECK (id > 0), note text CONSTRAINT noted CHECK (note <> ''));
CREATE TABLE special (id integer, note text, more integer) INHERITS (thing);
CREATE TABLE extra (id integer, note text) INHERITS (thing);
-- BECOMES
CREATE TABLE thing (id integer CHECK (id > 0), note text CONSTRAINT noted CHECK (note <> ''));
CREATE TABLE special (id integer CONSTRAINT thing_id_check CHECK (id > 0), note text, more integer);
CREATE TABLE extra (id integer);

-- SITUATION parent_gets_more
CREATE TABLE thing (id integer, note text);
CREATE TABLE special (more integer) INHERITS (thing);
-- BECOMES
CREATE TABLE thing (id integer, note text);
ALTER TABLE thing ADD CONSTRAINT noted CHECK (note <> '');
ALTER TABLE thing ADD COLUMN amount integer DEFAULT 3;
CREATE TABLE special (more integer) INHERITS (thing);
CREATE TABLE other () INHERITS (thing, special);
