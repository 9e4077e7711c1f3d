-- Constraints, indexes, statistics.

-- SITUATION primary_key_moves
CREATE TABLE account (id integer PRIMARY KEY, uid uuid NOT NULL);
ALTER TABLE account REPLICA IDENTITY USING INDEX account_pkey;
-- BECOMES
CREATE TABLE account (id integer NOT NULL, uid uuid PRIMARY KEY);
ALTER TABLE account REPLICA IDENTITY USING INDEX account_pkey;

-- SITUATION unique_becomes_deferrable
CREATE TABLE rank (place integer UNIQUE);
-- BECOMES
CREATE TABLE rank (place integer UNIQUE DEFERRABLE INITIALLY DEFERRED);

-- SITUATION reference_cascades
CREATE TABLE author (id integer PRIMARY KEY);
CREATE TABLE book (author integer REFERENCES author);
-- BECOMES
CREATE TABLE author (id integer PRIMARY KEY);
CREATE TABLE book (author integer REFERENCES author ON DELETE CASCADE DEFERRABLE);

-- SITUATION check_over_a_lost_column
CREATE TABLE pair (a integer, b integer, CONSTRAINT either CHECK (a > 0 OR b > 0));
-- BECOMES
CREATE TABLE pair (b integer, CONSTRAINT either CHECK (b > 0));

-- SITUATION exclusion_with_a_condition
CREATE TABLE stay (room integer, nights int4range,
    CONSTRAINT once EXCLUDE USING gist (nights WITH &&));
-- BECOMES
CREATE TABLE stay (room integer, nights int4range,
    CONSTRAINT once EXCLUDE USING gist (nights WITH &&) WHERE (room > 0));

-- SITUATION validated_later
CREATE TABLE measure (value integer);
ALTER TABLE measure ADD CONSTRAINT above CHECK (value > 0) NOT VALID;
-- BECOMES
CREATE TABLE measure (value integer, CONSTRAINT above CHECK (value > 0));

-- SITUATION temporal_key_gains_a_column -- 18
CREATE TABLE tariff (valid daterange, period daterange,
    CONSTRAINT tariff_key UNIQUE (period, valid WITHOUT OVERLAPS));
CREATE TABLE contract (valid daterange, period daterange, CONSTRAINT at_tariff
    FOREIGN KEY (period, PERIOD valid) REFERENCES tariff (period, PERIOD valid));
-- BECOMES
CREATE TABLE tariff (more daterange, valid daterange, period daterange,
    CONSTRAINT tariff_key UNIQUE (period, more, valid WITHOUT OVERLAPS));
CREATE TABLE contract (more daterange, valid daterange, period daterange, CONSTRAINT at_tariff
    FOREIGN KEY (period, more, PERIOD valid) REFERENCES tariff (period, more, PERIOD valid));

-- SITUATION reference_of_a_partitioned_table
CREATE TABLE kind (id integer PRIMARY KEY);
CREATE TABLE entry (kind integer, day integer) PARTITION BY LIST (day);
CREATE TABLE entry_1 PARTITION OF entry FOR VALUES IN (1);
-- BECOMES
CREATE TABLE kind (id integer PRIMARY KEY);
CREATE TABLE entry (kind integer, day integer) PARTITION BY LIST (day);
CREATE TABLE entry_1 PARTITION OF entry FOR VALUES IN (1);
ALTER TABLE entry ADD CONSTRAINT of_kind FOREIGN KEY (kind) REFERENCES kind;

-- SITUATION reference_to_a_partitioned_table
CREATE TABLE day (id integer PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE day_1 PARTITION OF day FOR VALUES IN (1);
CREATE TABLE task (day integer);
-- BECOMES
CREATE TABLE day (id integer PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE day_1 PARTITION OF day FOR VALUES IN (1);
CREATE TABLE task (day integer CONSTRAINT on_day REFERENCES day);

-- SITUATION index_replaced_under_its_name
CREATE TABLE page (id integer, body text);
CREATE INDEX page_body ON page (body);
COMMENT ON INDEX page_body IS 'for searching';
-- BECOMES
CREATE TABLE page (id integer, body text);
CREATE INDEX page_body ON page (body text_pattern_ops) INCLUDE (id);
COMMENT ON INDEX page_body IS 'for searching';

-- SITUATION local_index_joins_its_parents
CREATE TABLE trip (day integer) PARTITION BY LIST (day);
CREATE TABLE trip_1 PARTITION OF trip FOR VALUES IN (1);
CREATE INDEX trip_1_day ON trip_1 (day);
-- BECOMES
CREATE TABLE trip (day integer) PARTITION BY LIST (day);
CREATE TABLE trip_1 PARTITION OF trip FOR VALUES IN (1);
CREATE INDEX trip_1_day ON trip_1 (day);
CREATE INDEX trip_day ON trip (day);

-- SITUATION targets_over_a_type_change
CREATE TABLE product (name varchar(5), price integer);
CREATE INDEX product_name ON product (lower(name));
ALTER INDEX product_name ALTER COLUMN 1 SET STATISTICS 33;
CREATE STATISTICS product_both ON name, price FROM product;
ALTER STATISTICS product_both SET STATISTICS 55;
-- BECOMES
CREATE TABLE product (name text, price integer);
CREATE INDEX product_name ON product (lower(name));
ALTER INDEX product_name ALTER COLUMN 1 SET STATISTICS 33;
CREATE STATISTICS product_both ON name, price FROM product;
ALTER STATISTICS product_both SET STATISTICS 55;

-- SITUATION statistics_of_more_kinds
CREATE TABLE town (zip integer, name integer);
CREATE STATISTICS town_both (ndistinct) ON zip, name FROM town;
-- BECOMES
CREATE TABLE town (zip integer, name integer);
CREATE STATISTICS town_both (ndistinct, mcv) ON zip, name FROM town;

-- SITUATION key_of_more_columns
CREATE TABLE tenant_thing (tenant int, id int PRIMARY KEY);
CREATE TABLE user_of (tenant int, thing int REFERENCES tenant_thing);
-- BECOMES
CREATE TABLE tenant_thing (tenant int, id int, PRIMARY KEY (tenant, id));
CREATE TABLE user_of (tenant int, thing int, FOREIGN KEY (tenant, thing) REFERENCES tenant_thing);

-- SITUATION schema_gone_with_what_is_used
CREATE SCHEMA schema_gone_other;
CREATE FUNCTION schema_gone_other.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TYPE schema_gone_other.state AS ENUM ('a');
CREATE TABLE t (a int, s schema_gone_other.state);
CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION schema_gone_other.f();
-- BECOMES
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TYPE state AS ENUM ('a');
CREATE TABLE t (a int, s state);
CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
