-- What must wait for what: circles, names that change hands, chains of what reads what.

-- SITUATION view_reads_what_another_gains
CREATE TABLE goods (id integer, name text, price numeric);
CREATE VIEW b_source AS SELECT id FROM goods;
CREATE VIEW a_reader AS SELECT id FROM b_source;
-- BECOMES
CREATE TABLE goods (id integer, name text, price numeric);
CREATE VIEW b_source AS SELECT id, name FROM goods;
CREATE VIEW a_reader AS SELECT id, name FROM b_source;

-- SITUATION serial_becomes_plain
CREATE TABLE ticket (id serial, place text);
CREATE VIEW tickets AS SELECT id FROM ticket;
-- BECOMES
CREATE TABLE ticket (id integer NOT NULL, place text);
CREATE VIEW tickets AS SELECT id FROM ticket;

-- SITUATION serial_column_goes
CREATE TABLE ticket (id serial PRIMARY KEY, place text);
CREATE TABLE seat (number integer DEFAULT nextval('ticket_id_seq'));
-- BECOMES
CREATE TABLE ticket (place text);
CREATE TABLE seat (number integer);

-- SITUATION sequence_outlives_its_table
CREATE TABLE ticket (id serial);
-- BECOMES
CREATE SEQUENCE ticket_id_seq AS integer;
CREATE TABLE seat (number integer DEFAULT nextval('ticket_id_seq'));

-- SITUATION identity_becomes_serial
CREATE TABLE ticket (id integer GENERATED ALWAYS AS IDENTITY);
COMMENT ON COLUMN ticket.id IS 'counts';
-- BECOMES
CREATE TABLE ticket (id serial);
COMMENT ON COLUMN ticket.id IS 'counts';

-- SITUATION enum_replaced_wherever_it_can_be
CREATE TYPE mood AS ENUM ('good', 'bad', 'none');
CREATE DOMAIN temper AS mood DEFAULT 'good' CHECK (VALUE <> 'none');
CREATE TYPE pair AS (first mood, second mood[]);
CREATE TABLE person (
    id integer PRIMARY KEY,
    now mood DEFAULT 'good' CHECK (now <> 'none'),
    past mood[] DEFAULT '{good,bad}',
    usual temper,
    couple pair,
    is_good boolean GENERATED ALWAYS AS (now = 'good') STORED
);
CREATE INDEX person_good ON person (id) WHERE now = 'good';
CREATE VIEW moods AS SELECT id, now FROM person WHERE now = 'bad';
CREATE FUNCTION opposite(given mood) RETURNS mood LANGUAGE sql AS 'SELECT given';
CREATE POLICY cheerful ON person USING (now = 'good');
-- BECOMES
CREATE TYPE mood AS ENUM ('bad', 'good');
CREATE DOMAIN temper AS mood DEFAULT 'good' CHECK (VALUE <> 'bad');
CREATE TYPE pair AS (first mood, second mood[]);
CREATE TABLE person (
    id integer PRIMARY KEY,
    now mood DEFAULT 'good' CHECK (now <> 'bad'),
    past mood[] DEFAULT '{good,bad}',
    usual temper,
    couple pair,
    is_good boolean GENERATED ALWAYS AS (now = 'good') STORED
);
CREATE INDEX person_good ON person (id) WHERE now = 'good';
CREATE VIEW moods AS SELECT id, now FROM person WHERE now = 'bad';
CREATE FUNCTION opposite(given mood) RETURNS mood LANGUAGE sql AS 'SELECT given';
CREATE POLICY cheerful ON person USING (now = 'good');

-- SITUATION enum_gains_a_label_that_is_used_at_once
CREATE TYPE size AS ENUM ('small', 'large');
CREATE TABLE shirt (size size DEFAULT 'small');
-- BECOMES
CREATE TYPE size AS ENUM ('small', 'medium', 'large');
CREATE TABLE shirt (size size DEFAULT 'medium');
CREATE VIEW medium AS SELECT FROM shirt WHERE size = 'medium';

-- SITUATION column_retyped_under_a_pile_of_views
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE entry (id integer PRIMARY KEY, amount integer NOT NULL, kind text);
CREATE VIEW a_view AS SELECT id, amount FROM entry;
CREATE VIEW b_view WITH (security_barrier) AS SELECT id, amount, amount > 5 AS is_much FROM a_view;
CREATE MATERIALIZED VIEW c_view AS SELECT id, sum(amount) AS total FROM b_view GROUP BY id;
CREATE UNIQUE INDEX c_view_id ON c_view (id);
CREATE VIEW d_view AS SELECT c.id, c.total, b.amount FROM c_view c JOIN b_view b ON b.id = c.id;
COMMENT ON COLUMN b_view.is_much IS 'more than five';
COMMENT ON INDEX c_view_id IS 'one each';
COMMENT ON MATERIALIZED VIEW c_view IS 'sums';
GRANT SELECT ON a_view, b_view, c_view TO r_reader;
GRANT SELECT (total) ON d_view TO r_other WITH GRANT OPTION;
ALTER VIEW d_view OWNER TO r_owner;
ALTER VIEW b_view ALTER amount SET DEFAULT 7;
CREATE TRIGGER note INSTEAD OF INSERT ON a_view FOR EACH ROW EXECUTE FUNCTION noted();
CREATE RULE keep AS ON DELETE TO b_view DO INSTEAD NOTHING;
COMMENT ON RULE keep ON b_view IS 'for ever';
COMMENT ON TRIGGER note ON a_view IS 'writes';
CREATE TRIGGER changed BEFORE UPDATE OF amount ON entry FOR EACH ROW
    WHEN (NEW.amount > 1) EXECUTE FUNCTION noted();
ALTER TABLE entry DISABLE TRIGGER changed;
-- BECOMES
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE entry (id integer PRIMARY KEY, amount bigint NOT NULL, kind text);
CREATE VIEW a_view AS SELECT id, amount FROM entry;
CREATE VIEW b_view WITH (security_barrier) AS SELECT id, amount, amount > 5 AS is_much FROM a_view;
CREATE MATERIALIZED VIEW c_view AS SELECT id, sum(amount) AS total FROM b_view GROUP BY id;
CREATE UNIQUE INDEX c_view_id ON c_view (id);
CREATE VIEW d_view AS SELECT c.id, c.total, b.amount FROM c_view c JOIN b_view b ON b.id = c.id;
COMMENT ON COLUMN b_view.is_much IS 'more than five';
COMMENT ON INDEX c_view_id IS 'one each';
COMMENT ON MATERIALIZED VIEW c_view IS 'sums';
GRANT SELECT ON a_view, b_view, c_view TO r_reader;
GRANT SELECT (total) ON d_view TO r_other WITH GRANT OPTION;
ALTER VIEW d_view OWNER TO r_owner;
ALTER VIEW b_view ALTER amount SET DEFAULT 7;
CREATE TRIGGER note INSTEAD OF INSERT ON a_view FOR EACH ROW EXECUTE FUNCTION noted();
CREATE RULE keep AS ON DELETE TO b_view DO INSTEAD NOTHING;
COMMENT ON RULE keep ON b_view IS 'for ever';
COMMENT ON TRIGGER note ON a_view IS 'writes';
CREATE TRIGGER changed BEFORE UPDATE OF amount ON entry FOR EACH ROW
    WHEN (NEW.amount > 1) EXECUTE FUNCTION noted();
ALTER TABLE entry DISABLE TRIGGER changed;

-- SITUATION bodies_that_postgres_reads_go_round
CREATE TABLE entry (id integer, amount integer);
CREATE FUNCTION most() RETURNS integer BEGIN ATOMIC SELECT max(amount) FROM entry; END;
ALTER TABLE entry ALTER amount SET DEFAULT most();
CREATE FUNCTION ping(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n';
CREATE FUNCTION pong(n integer) RETURNS integer BEGIN ATOMIC SELECT ping(n); END;
CREATE OR REPLACE FUNCTION ping(n integer) RETURNS integer BEGIN ATOMIC SELECT pong(n - 1); END;
-- BECOMES
CREATE TABLE entry (id integer, amount bigint);
CREATE FUNCTION most() RETURNS bigint BEGIN ATOMIC SELECT max(amount) FROM entry; END;
ALTER TABLE entry ALTER amount SET DEFAULT most();
CREATE FUNCTION ping(n integer) RETURNS bigint LANGUAGE sql AS 'SELECT n';
CREATE FUNCTION pong(n integer) RETURNS bigint BEGIN ATOMIC SELECT ping(n); END;
CREATE OR REPLACE FUNCTION ping(n integer) RETURNS bigint BEGIN ATOMIC SELECT pong(n - 2); END;

-- SITUATION bodies_that_go_round_change_in_place
CREATE FUNCTION ping(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n';
CREATE FUNCTION pong(n integer) RETURNS integer BEGIN ATOMIC SELECT ping(n); END;
CREATE OR REPLACE FUNCTION ping(n integer) RETURNS integer BEGIN ATOMIC SELECT pong(n - 1); END;
-- BECOMES
CREATE FUNCTION ping(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n';
CREATE FUNCTION pong(n integer) RETURNS integer BEGIN ATOMIC SELECT ping(n + 3); END;
CREATE OR REPLACE FUNCTION ping(n integer) RETURNS integer BEGIN ATOMIC SELECT pong(n - 4); END;

-- SITUATION references_in_a_circle
CREATE TABLE hen (id integer PRIMARY KEY, egg integer);
CREATE TABLE egg (id integer PRIMARY KEY, hen integer REFERENCES hen);
ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg;
ALTER TABLE hen ADD parent integer REFERENCES hen;
-- BECOMES
SELECT 1;

-- SITUATION keys_of_a_circle_are_retyped
CREATE TABLE hen (id integer PRIMARY KEY, egg integer);
CREATE TABLE egg (id integer PRIMARY KEY, hen integer REFERENCES hen);
ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg;
-- BECOMES
CREATE TABLE hen (id bigint PRIMARY KEY, egg text);
CREATE TABLE egg (id text PRIMARY KEY, hen bigint REFERENCES hen);
ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg;

-- SITUATION partition_tree_goes
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE year (id integer NOT NULL, day date NOT NULL, PRIMARY KEY (id, day))
    PARTITION BY RANGE (day);
CREATE TABLE year_1 PARTITION OF year FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')
    PARTITION BY LIST (id);
CREATE TABLE year_1_1 PARTITION OF year_1 FOR VALUES IN (1);
CREATE TABLE year_rest PARTITION OF year DEFAULT;
CREATE INDEX year_day ON year (day);
CREATE INDEX year_rest_own ON year_rest (id);
CREATE TRIGGER note BEFORE INSERT ON year FOR EACH ROW EXECUTE FUNCTION noted();
ALTER TABLE year ADD CHECK (id > 0);
CREATE TABLE event (id integer, day date, FOREIGN KEY (id, day) REFERENCES year);
-- BECOMES
SELECT 1;

-- SITUATION partitions_take_more_of_another_type
CREATE TABLE year (id integer, day date, note text) PARTITION BY RANGE (day);
CREATE TABLE y2020 PARTITION OF year FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE y2021 PARTITION OF year FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE INDEX year_id ON year (id);
-- BECOMES
CREATE TABLE year (id integer, day date, note varchar(20)) PARTITION BY RANGE (day);
CREATE TABLE y2020 PARTITION OF year FOR VALUES FROM ('2019-01-01') TO ('2021-01-01');
CREATE TABLE y2021 PARTITION OF year FOR VALUES FROM ('2021-01-01') TO ('2023-01-01');
CREATE INDEX year_id ON year (id, note);

-- SITUATION table_becomes_partitioned
CREATE TABLE log (id integer, day date);
CREATE VIEW logs AS SELECT id FROM log;
GRANT SELECT ON logs TO r_reader;
-- BECOMES
CREATE TABLE log (id integer, day date) PARTITION BY RANGE (day);
CREATE VIEW logs AS SELECT id FROM log;
GRANT SELECT ON logs TO r_reader;

-- SITUATION view_reads_another_table_when_its_own_goes
CREATE TABLE first (id integer);
CREATE VIEW numbers AS SELECT id FROM first;
-- BECOMES
CREATE TABLE second (id integer);
CREATE VIEW numbers AS SELECT id FROM second;

-- SITUATION view_becomes_a_table
CREATE TABLE base (id integer, name text);
CREATE VIEW names AS SELECT id, name FROM base;
CREATE VIEW reader AS SELECT id FROM names;
-- BECOMES
CREATE TABLE base (id integer, name text);
CREATE TABLE names (id integer, name text);
CREATE VIEW reader AS SELECT id FROM names;

-- SITUATION view_becomes_a_materialized_one
CREATE TABLE base (id integer, name text);
CREATE VIEW names AS SELECT id, name FROM base;
CREATE VIEW reader AS SELECT id FROM names;
-- BECOMES
CREATE TABLE base (id integer, name text);
CREATE MATERIALIZED VIEW names AS SELECT id, name FROM base;
CREATE INDEX names_id ON names (id);
CREATE VIEW reader AS SELECT id FROM names;

-- SITUATION views_change_names
CREATE TABLE base (id integer, name text);
CREATE VIEW one AS SELECT id FROM base;
CREATE VIEW two AS SELECT name, id FROM base;
CREATE VIEW three AS SELECT one.id, two.name FROM one, two;
-- BECOMES
CREATE TABLE base (id integer, name text);
CREATE VIEW two AS SELECT id FROM base;
CREATE VIEW one AS SELECT name, id FROM base;
CREATE VIEW three AS SELECT two.id, one.name FROM one, two;

-- SITUATION view_reads_the_other_way_round
CREATE TABLE base (id integer);
CREATE VIEW one AS SELECT id FROM base;
CREATE VIEW two AS SELECT id FROM one;
-- BECOMES
CREATE TABLE base (id integer);
CREATE VIEW two AS SELECT id FROM base;
CREATE VIEW one AS SELECT id FROM two;

-- SITUATION column_becomes_generated
CREATE TABLE sum_of (a integer, b integer, total integer);
CREATE VIEW totals AS SELECT total FROM sum_of;
CREATE INDEX sum_of_total ON sum_of (total);
-- BECOMES
CREATE TABLE sum_of (a integer, b integer, total integer GENERATED ALWAYS AS (a + b) STORED);
CREATE VIEW totals AS SELECT total FROM sum_of;
CREATE INDEX sum_of_total ON sum_of (total);

-- SITUATION columns_exchange_types
CREATE TABLE box (a integer, b text, c numeric GENERATED ALWAYS AS (a * 2) STORED);
CREATE VIEW boxes AS SELECT a, b FROM box;
CREATE INDEX box_a ON box (a, lower(b));
-- BECOMES
CREATE TABLE box (a text, b integer, c numeric GENERATED ALWAYS AS (b * 2) STORED);
CREATE VIEW boxes AS SELECT a, b FROM box;
CREATE INDEX box_a ON box (lower(a), b);

-- SITUATION function_of_everything_changes_its_result
CREATE FUNCTION score(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n';
CREATE DOMAIN high AS integer CHECK (score(VALUE) > 3);
CREATE TABLE game (
    id integer DEFAULT score(1),
    points integer CHECK (score(points) > 0),
    level integer GENERATED ALWAYS AS (score(points)) STORED,
    best high
);
CREATE INDEX game_score ON game (score(points));
CREATE STATISTICS game_stat ON score(points), id FROM game;
CREATE VIEW scores AS SELECT score(points) AS score FROM game;
CREATE POLICY low ON game USING (score(points) < 9);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER note BEFORE UPDATE ON game FOR EACH ROW
    WHEN (score(NEW.points) > 1) EXECUTE FUNCTION noted();
CREATE RULE keep AS ON DELETE TO game WHERE score(old.points) > 5 DO INSTEAD NOTHING;
CREATE FUNCTION twice(n integer) RETURNS integer BEGIN ATOMIC SELECT score(n) * 2; END;
COMMENT ON FUNCTION score(integer) IS 'counts';
GRANT EXECUTE ON FUNCTION score(integer) TO r_reader;
-- BECOMES
CREATE FUNCTION score(n integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT n';
CREATE DOMAIN high AS integer CHECK (score(VALUE) > 3);
CREATE TABLE game (
    id integer DEFAULT score(1),
    points integer CHECK (score(points) > 0),
    level integer GENERATED ALWAYS AS (score(points)) STORED,
    best high
);
CREATE INDEX game_score ON game (score(points));
CREATE STATISTICS game_stat ON score(points), id FROM game;
CREATE VIEW scores AS SELECT score(points) AS score FROM game;
CREATE POLICY low ON game USING (score(points) < 9);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER note BEFORE UPDATE ON game FOR EACH ROW
    WHEN (score(NEW.points) > 1) EXECUTE FUNCTION noted();
CREATE RULE keep AS ON DELETE TO game WHERE score(old.points) > 5 DO INSTEAD NOTHING;
CREATE FUNCTION twice(n integer) RETURNS bigint BEGIN ATOMIC SELECT score(n) * 2; END;
COMMENT ON FUNCTION score(integer) IS 'counts';
GRANT EXECUTE ON FUNCTION score(integer) TO r_reader;

-- SITUATION function_is_replaced_by_one_of_another_name
CREATE FUNCTION old_one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE game (id integer DEFAULT old_one());
CREATE VIEW ones AS SELECT old_one() AS one;
-- BECOMES
CREATE FUNCTION new_one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE game (id integer DEFAULT new_one());
CREATE VIEW ones AS SELECT new_one() AS one;

-- SITUATION trigger_calls_another_function
CREATE FUNCTION first() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE game (id integer);
CREATE TRIGGER note BEFORE INSERT ON game FOR EACH ROW EXECUTE FUNCTION first();
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON game FOR EACH ROW EXECUTE FUNCTION first();
-- BECOMES
CREATE FUNCTION second() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE game (id integer);
CREATE TRIGGER note BEFORE INSERT ON game FOR EACH ROW EXECUTE FUNCTION second();
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON game FOR EACH ROW EXECUTE FUNCTION second();

-- SITUATION policy_and_rule_read_a_table_that_goes
CREATE TABLE allowed (name text);
CREATE TABLE page (id integer, name text);
CREATE POLICY few ON page USING (EXISTS (SELECT FROM allowed a WHERE a.name = page.name));
CREATE RULE copy AS ON INSERT TO page DO ALSO INSERT INTO allowed VALUES (new.name);
-- BECOMES
CREATE TABLE permitted (name text);
CREATE TABLE page (id integer, name text);
CREATE POLICY few ON page USING (EXISTS (SELECT FROM permitted a WHERE a.name = page.name));
CREATE RULE copy AS ON INSERT TO page DO ALSO INSERT INTO permitted VALUES (new.name);

-- SITUATION parent_of_children_changes_its_columns
CREATE TABLE animal (id integer, name varchar(10), legs integer DEFAULT 4);
CREATE TABLE dog (tail integer) INHERITS (animal);
CREATE TABLE puppy (age integer) INHERITS (dog);
CREATE VIEW dogs AS SELECT name, legs FROM dog;
-- BECOMES
CREATE TABLE animal (id bigint, name varchar(20), eyes integer DEFAULT 2);
CREATE TABLE dog (tail integer) INHERITS (animal);
CREATE TABLE puppy (age integer) INHERITS (dog);
CREATE VIEW dogs AS SELECT name FROM dog;

-- SITUATION published_column_is_retyped -- 15
CREATE TABLE news (id integer, rank integer, PRIMARY KEY (id, rank));
CREATE PUBLICATION "changes of ranks" FOR TABLE news (id, rank) WHERE (rank > 0);
-- BECOMES
CREATE TABLE news (id integer, rank bigint, body text, PRIMARY KEY (id, rank));
CREATE PUBLICATION "changes of ranks" FOR TABLE news (id, rank) WHERE (rank > 0);

-- SITUATION operator_of_everything_is_replaced
CREATE FUNCTION near(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE
    AS 'SELECT abs($1 - $2) < 2';
CREATE FUNCTION far(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE
    AS 'SELECT abs($1 - $2) > 2';
CREATE OPERATOR ~~~ (LEFTARG = integer, RIGHTARG = integer, FUNCTION = near);
CREATE TABLE place (a integer, b integer, CHECK (a OPERATOR(operator_of_everything_is_replaced.~~~) b));
CREATE INDEX place_near ON place (a) WHERE a OPERATOR(operator_of_everything_is_replaced.~~~) 5;
CREATE VIEW places AS SELECT a FROM place WHERE a OPERATOR(operator_of_everything_is_replaced.~~~) b;
-- BECOMES
CREATE FUNCTION near(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE
    AS 'SELECT abs($1 - $2) < 2';
CREATE FUNCTION far(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE
    AS 'SELECT abs($1 - $2) > 2';
CREATE OPERATOR ~~~ (LEFTARG = integer, RIGHTARG = integer, FUNCTION = far);
CREATE TABLE place (a integer, b integer, CHECK (a OPERATOR(operator_of_everything_is_replaced.~~~) b));
CREATE INDEX place_near ON place (a) WHERE a OPERATOR(operator_of_everything_is_replaced.~~~) 5;
CREATE VIEW places AS SELECT a FROM place WHERE a OPERATOR(operator_of_everything_is_replaced.~~~) b;

-- SITUATION constraint_becomes_an_index
CREATE TABLE code (a integer NOT NULL, b integer, CONSTRAINT code_a UNIQUE (a));
CREATE TABLE use (a integer REFERENCES code (a));
-- BECOMES
CREATE TABLE code (a integer NOT NULL, b integer);
CREATE UNIQUE INDEX code_a ON code (a);
CREATE TABLE use (a integer);

-- SITUATION index_name_moves_to_another_table
CREATE TABLE one (a integer);
CREATE TABLE two (a integer);
CREATE INDEX by_a ON one (a);
-- BECOMES
CREATE TABLE one (a integer);
CREATE TABLE two (a integer);
CREATE INDEX by_a ON two (a);

-- SITUATION key_moves_under_references
CREATE TABLE person (id integer PRIMARY KEY, code text NOT NULL UNIQUE);
CREATE TABLE friend (person integer REFERENCES person, code text REFERENCES person (code));
CREATE VIEW people AS SELECT id, code FROM person GROUP BY id;
-- BECOMES
CREATE TABLE person (id integer NOT NULL, code text PRIMARY KEY, UNIQUE (id));
CREATE TABLE friend (person integer REFERENCES person (id), code text REFERENCES person (code));
CREATE VIEW people AS SELECT code, id FROM person GROUP BY code;

-- SITUATION schema_goes_with_all_in_it
CREATE SCHEMA attic;
CREATE TYPE attic.mood AS ENUM ('good');
CREATE TABLE attic.crate (id serial PRIMARY KEY, mood attic.mood DEFAULT 'good');
CREATE FUNCTION attic.cratees() RETURNS SETOF attic.crate LANGUAGE sql AS 'SELECT * FROM attic.crate';
CREATE VIEW all_cratees AS SELECT * FROM attic.cratees();
GRANT USAGE ON SCHEMA attic TO r_reader;
-- BECOMES
CREATE TYPE mood AS ENUM ('good');
CREATE TABLE crate (id serial PRIMARY KEY, mood mood DEFAULT 'good');
CREATE FUNCTION cratees() RETURNS SETOF crate LANGUAGE sql AS 'SELECT * FROM crate';
CREATE VIEW all_cratees AS SELECT * FROM cratees();

-- SITUATION rows_of_a_table_are_what_others_speak_of
CREATE TABLE stop (x integer, y integer);
CREATE TABLE route (a stop, b stop[]);
CREATE FUNCTION shown(p stop) RETURNS text LANGUAGE sql AS 'SELECT p.x::text';
CREATE VIEW stops AS SELECT shown(p) AS text, p AS stop FROM stop p;
CREATE DOMAIN place AS stop CHECK ((VALUE).x > 0);
-- BECOMES
CREATE TABLE stop (x integer, y integer, z integer);
CREATE TABLE route (a stop, b stop[]);
CREATE FUNCTION shown(p stop) RETURNS text LANGUAGE sql AS 'SELECT p.x::text';
CREATE VIEW stops AS SELECT shown(p) AS text, p AS stop FROM stop p;
CREATE DOMAIN place AS stop CHECK ((VALUE).z > 0);

-- SITUATION extension_goes
CREATE EXTENSION hstore SCHEMA public;
CREATE TABLE settings (id integer, pairs public.hstore DEFAULT 'a=>1');
CREATE INDEX settings_pairs ON settings USING gin (pairs);
-- BECOMES
CREATE TABLE settings (id integer, pairs text DEFAULT 'a=>1');

-- SITUATION bodies_name_each_other
CREATE TABLE entry (id integer, amount integer);
CREATE FUNCTION b_first() RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- BECOMES
CREATE TABLE entry (id integer, amount integer);
CREATE FUNCTION b_first() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION a_second() RETURNS integer LANGUAGE sql IMMUTABLE
    AS 'SELECT bodies_name_each_other.b_first()';
CREATE INDEX entry_second ON entry (a_second());
CREATE MATERIALIZED VIEW seconds AS SELECT a_second() AS second;

-- SITUATION name_of_a_not_null_is_another_tables
CREATE TABLE first (note text);
CREATE TABLE second (id integer CONSTRAINT first_id_not_null NOT NULL);
-- BECOMES
CREATE TABLE first (note text, id integer NOT NULL);
CREATE TABLE second (id integer);

-- SITUATION rows_that_are_published_no_longer_fit -- 15
CREATE TABLE news (id integer PRIMARY KEY, rank integer);
CREATE TABLE note (text text);
CREATE PUBLICATION "news of rank" FOR TABLE news WHERE (rank > 0), note;
-- BECOMES
CREATE TABLE news (id integer PRIMARY KEY, rank integer CHECK (rank > 1));
CREATE TABLE note (text text NOT NULL);
CREATE PUBLICATION "news of rank" FOR TABLE news WHERE (rank > 0), note;

-- SITUATION table_takes_anothers_name
CREATE TABLE first (id integer NOT NULL, a text);
CREATE VIEW ids AS SELECT id FROM first;
-- BECOMES
CREATE TABLE first (id integer NOT NULL, a text);
CREATE VIEW ids AS SELECT id FROM first;
ALTER TABLE first RENAME TO second;
CREATE TABLE first (id integer NOT NULL, b text);
CREATE OR REPLACE VIEW ids AS SELECT id FROM first;

-- SITUATION domain_within_a_composite_is_replaced
CREATE DOMAIN short AS varchar(30);
CREATE TYPE pair AS (a integer, b short);
CREATE TABLE holder (couple pair);
-- BECOMES
CREATE DOMAIN short AS varchar(40);
CREATE TYPE pair AS (a integer, b short);
CREATE TABLE holder (couple pair);
