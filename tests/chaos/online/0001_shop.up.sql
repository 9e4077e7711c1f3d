-- The tables that the scripts after this one change without a transaction.
CREATE TYPE state AS ENUM ('new', 'paid', 'sent');

CREATE TABLE item (
    id integer CONSTRAINT item_pkey PRIMARY KEY,
    code text NOT NULL,
    label text NOT NULL,
    cents integer NOT NULL,
    state state NOT NULL
);
INSERT INTO item
SELECT n, 'code ' || n, 'label ' || n % 17, n * 7 % 1000, 'new' FROM generate_series(1, 3000) AS n;
ALTER TABLE item ADD CONSTRAINT item_cents_sane CHECK (cents BETWEEN 0 AND 9999) NOT VALID;
CREATE INDEX item_by_label_and_cents ON item (label, cents);

CREATE TABLE sale (on_day date NOT NULL, item_id integer NOT NULL, pieces integer NOT NULL)
    PARTITION BY RANGE (on_day);
CREATE TABLE sale_2023 PARTITION OF sale FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE sale_2024 PARTITION OF sale FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO sale SELECT date '2023-06-01' + n % 500, n, n % 5 FROM generate_series(1, 2000) AS n;

CREATE TABLE counted (runs integer NOT NULL);
INSERT INTO counted VALUES (0);
