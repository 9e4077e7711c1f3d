DROP TRIGGER orders_touch ON shop.orders;
CREATE TRIGGER orders_touch BEFORE UPDATE ON shop.orders
    FOR EACH ROW EXECUTE FUNCTION shop.touch();
DROP FUNCTION shop.debt(bigint);
CREATE FUNCTION shop.debt(bigint, text) RETURNS numeric LANGUAGE sql AS 'SELECT 0::numeric';
CREATE SEQUENCE shop.once;
DROP SEQUENCE shop.once;
