-- at: 2.2
CREATE VIEW shop.brief AS SELECT id, email FROM shop.customer;
-- next script
DROP VIEW shop.brief;
CREATE VIEW shop.brief AS SELECT id FROM shop.customer;
