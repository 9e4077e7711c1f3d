-- also: drop-view
ALTER TABLE shop.customer RENAME TO client;
CREATE VIEW shop.customer AS SELECT * FROM shop.client;
-- next script
DROP VIEW shop.customer;
