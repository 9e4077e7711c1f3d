-- pgmig: allow=rename-column reason="nobody is there"
ALTER TABLE shop.orders RENAME COLUMN state TO condition;
