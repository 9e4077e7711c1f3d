-- at: 1
ALTER TABLE shop.orders ADD COLUMN channel text NOT NULL DEFAULT 'web';
ALTER TABLE shop.orders ALTER COLUMN channel DROP DEFAULT;
