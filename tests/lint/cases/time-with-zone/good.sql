ALTER TABLE shop.orders ADD COLUMN until time(3);
