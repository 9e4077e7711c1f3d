-- at: 1.1
ALTER TABLE shop.customer RENAME TO client;
-- next script
CREATE VIEW shop.customer AS SELECT * FROM shop.client;
