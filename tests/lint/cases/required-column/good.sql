ALTER TABLE shop.orders ADD COLUMN channel text NOT NULL DEFAULT 'web';
