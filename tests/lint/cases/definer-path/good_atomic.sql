CREATE FUNCTION shop.owed(bigint) RETURNS numeric
LANGUAGE sql SECURITY DEFINER RETURN shop.debt($1);
