-- pgmig: transaction=off
SELECT pg_advisory_lock(4711);
CREATE INDEX CONCURRENTLY orders_number_idx ON shop.orders (number);
-- at: 1
