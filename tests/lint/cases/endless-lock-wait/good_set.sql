SET lock_timeout TO '3s';
ALTER TABLE shop.orders ADD COLUMN slip text;
