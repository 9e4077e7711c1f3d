CREATE FUNCTION shop.twice(float8) RETURNS float8 LANGUAGE internal STRICT AS 'dsqrt';
