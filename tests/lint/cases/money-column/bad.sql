ALTER TABLE shop.orders ADD COLUMN tip money;
