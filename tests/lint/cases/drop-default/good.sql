ALTER TABLE shop.orders ALTER COLUMN state SET DEFAULT 'new';
ALTER TABLE shop.orders ALTER COLUMN state SET DEFAULT 'open';
ALTER TABLE shop.orders ADD COLUMN channel text DEFAULT 'web';
ALTER TABLE shop.orders ALTER COLUMN channel DROP DEFAULT;
