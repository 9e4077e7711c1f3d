-- at: 2
CREATE FUNCTION shop.once() RETURNS int LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION shop.once(), shop.debt(bigint);
