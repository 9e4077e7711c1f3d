CREATE FUNCTION shop.owed(bigint) RETURNS numeric
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT shop.debt($1)';
