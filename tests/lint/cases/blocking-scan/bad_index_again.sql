ALTER TABLE shop.orders ALTER COLUMN state TYPE text COLLATE "C";
