-- at: 2
CREATE FUNCTION shop.require() RETURNS void
LANGUAGE plpgsql AS 'BEGIN ALTER TABLE shop.orders ALTER number SET NOT NULL, ALTER total SET NOT NULL; END';
SELECT shop.require();
