-- also: drop-view
-- pgmig: allow=drop-column
ALTER TABLE shop.customer DROP COLUMN fax CASCADE;
