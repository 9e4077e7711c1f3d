-- pgmig: allow=drop-column
CREATE TABLE shop.bill (id bigint PRIMARY KEY, state text);
ALTER TABLE shop.bill DROP COLUMN state;
ALTER TABLE shop.customer DROP COLUMN IF EXISTS state;
