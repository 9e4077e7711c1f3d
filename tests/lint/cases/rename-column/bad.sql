ALTER TABLE shop.customer RENAME COLUMN fax TO telefax;
