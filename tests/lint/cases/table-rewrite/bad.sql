-- also: column-type
ALTER TABLE shop.orders ALTER COLUMN number TYPE bigint;
