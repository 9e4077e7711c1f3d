-- pgmig: transaction=off
CREATE UNIQUE INDEX CONCURRENTLY item_code ON item (code);
ALTER TABLE item ADD CONSTRAINT item_code_key UNIQUE USING INDEX item_code;
