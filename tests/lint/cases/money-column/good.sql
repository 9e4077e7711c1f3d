ALTER TABLE shop.orders ADD COLUMN tip numeric(10, 2);
