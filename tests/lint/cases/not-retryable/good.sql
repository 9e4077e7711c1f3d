-- pgmig: transaction=off
SET work_mem = '8MB';
SELECT pg_advisory_xact_lock(4712);
CREATE TEMP TABLE unused (id bigint);
CREATE TABLE shop.picked AS SELECT id FROM shop.event_2025;
CREATE INDEX CONCURRENTLY orders_number_idx ON shop.orders (number);
DROP TABLE shop.picked;
