-- pgmig: allow=drop-column reason="nothing reads it since May"
ALTER TABLE shop.orders DROP COLUMN note;
