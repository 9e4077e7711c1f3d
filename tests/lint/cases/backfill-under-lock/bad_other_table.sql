-- at: 2
ALTER TABLE shop.orders ADD COLUMN channel text;
SELECT count(*) FROM shop.customer;
