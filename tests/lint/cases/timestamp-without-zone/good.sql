ALTER TABLE shop.orders ADD COLUMN paid_at timestamptz(3);
