CREATE FUNCTION shop.owed(bigint) RETURNS numeric
LANGUAGE sql SECURITY DEFINER AS 'SELECT shop.debt($1)';
