-- also: full-update
-- pgmig: transaction=off
CREATE TEMP TABLE picked AS SELECT id FROM shop.orders WHERE state = 'old';
CREATE INDEX CONCURRENTLY orders_number_idx ON shop.orders (number);
DELETE FROM shop.orders WHERE id IN (SELECT id FROM picked);
