-- at: 1
-- also: full-update
-- pgmig: transaction=off
SELECT id INTO TEMP picked FROM shop.orders WHERE state = 'old';
CREATE INDEX CONCURRENTLY orders_number_idx ON shop.orders (number);
DELETE FROM shop.orders WHERE id IN (SELECT id FROM picked);
