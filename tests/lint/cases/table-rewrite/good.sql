ALTER TABLE shop.orders ADD COLUMN created_at timestamptz DEFAULT now();
