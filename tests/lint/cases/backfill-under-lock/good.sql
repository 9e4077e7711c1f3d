-- pgmig: transaction=off
ALTER TABLE shop.orders ADD COLUMN channel text;
-- pgmig: batch=100 key=id
UPDATE shop.orders SET channel = 'web' WHERE channel IS NULL;
