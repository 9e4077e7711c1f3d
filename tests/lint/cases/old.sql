CREATE SCHEMA shop;
CREATE TYPE shop.mood AS ENUM ('good', 'bad');
CREATE TABLE shop.customer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    fax text,
    mood shop.mood,
    moods shop.mood[]
);
CREATE TABLE shop.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number integer NOT NULL,
    total numeric(10, 2),
    customer_id bigint,
    state text,
    note varchar(10),
    CONSTRAINT orders_late CHECK (total < 100000) NOT VALID
);
CREATE INDEX orders_state_idx ON shop.orders (state);
CREATE TABLE shop.event (id bigint, at timestamptz NOT NULL, PRIMARY KEY (id, at))
    PARTITION BY RANGE (at);
CREATE TABLE shop.event_2025 PARTITION OF shop.event
    FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE shop.event_2026 (
    id bigint NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (id, at)
);
CREATE VIEW shop.contact AS SELECT id, email, fax FROM shop.customer;
CREATE MATERIALIZED VIEW shop.totals AS
    SELECT customer_id, sum(total) AS total FROM shop.orders GROUP BY customer_id;
CREATE UNIQUE INDEX totals_key ON shop.totals (customer_id);
CREATE FUNCTION shop.debt(bigint) RETURNS numeric
LANGUAGE sql AS 'SELECT sum(total) FROM shop.orders WHERE customer_id = $1';
CREATE FUNCTION shop.touch() RETURNS trigger
LANGUAGE plpgsql AS 'BEGIN NEW.state := ''new''; RETURN NEW; END';
CREATE TRIGGER orders_touch BEFORE INSERT ON shop.orders
    FOR EACH ROW EXECUTE FUNCTION shop.touch();
