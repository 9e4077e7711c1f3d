-- at: 2.1
-- also: drop-view
DROP VIEW shop.contact;
-- next script
CREATE VIEW shop.contact AS SELECT id, email FROM shop.customer;
