-- The days that were promised are lost; the way up works them out again for all rows.
-- pgmig: allow=drop-column

ALTER TABLE shop.repair_order DROP COLUMN promised_on;
