-- at: 2
DROP VIEW shop.contact;
CREATE VIEW shop.contact AS SELECT id, email FROM shop.customer;
