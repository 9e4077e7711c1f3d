-- at: 1
SET LOCAL lock_timeout = 0;
ALTER TABLE shop.orders ADD COLUMN slip text;
