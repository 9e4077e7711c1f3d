-- at: 2
-- also: column-type, table-rewrite
ALTER TABLE shop.orders ALTER COLUMN number TYPE bigint;
ALTER TABLE shop.orders ALTER COLUMN state TYPE jsonb USING to_jsonb(state);
