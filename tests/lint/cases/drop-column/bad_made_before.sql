-- at: 2.1
CREATE TABLE shop.bill (id bigint PRIMARY KEY, state text);
-- next script
ALTER TABLE shop.bill DROP COLUMN state;
