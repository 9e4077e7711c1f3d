-- also: cascade, drop-view
-- pgmig: allow=drop-column
ALTER TABLE shop.orders DROP COLUMN total CASCADE;
