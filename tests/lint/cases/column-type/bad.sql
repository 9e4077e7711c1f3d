-- also: table-rewrite
ALTER TABLE shop.orders ALTER COLUMN number TYPE text;
