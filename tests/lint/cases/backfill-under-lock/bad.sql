-- at: 2
ALTER TABLE shop.orders ADD COLUMN channel text;
UPDATE shop.orders SET channel = 'web';
