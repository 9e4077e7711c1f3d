CREATE FUNCTION shop.twice(float8) RETURNS float8 LANGUAGE sql AS 'SELECT 2 * $1';
ALTER TABLE shop.orders DISABLE TRIGGER orders_touch;
ALTER TABLE shop.orders ENABLE TRIGGER orders_touch;
