-- pgmig: transaction=off
ALTER TABLE shop.customer RENAME TO client;
ALTER TABLE shop.client RENAME TO customer;
-- at: 1, 2
