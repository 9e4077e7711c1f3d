-- at: 1.1
DROP VIEW shop.contact;
-- next script
CREATE VIEW shop.contact AS SELECT id, email, fax FROM shop.customer;
