ALTER TABLE shop.orders ADD COLUMN until timetz;
