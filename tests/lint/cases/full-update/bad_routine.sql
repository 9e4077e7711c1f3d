-- at: 2
CREATE FUNCTION shop.close() RETURNS void
LANGUAGE plpgsql AS 'BEGIN UPDATE shop.orders SET state = ''closed''; END';
SELECT shop.close();
