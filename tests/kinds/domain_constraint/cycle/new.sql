-- A CHECK that calls a function of the domain itself.
CREATE DOMAIN even AS integer;
CREATE FUNCTION is_even(even) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN $1 % 2 = 0;
ALTER DOMAIN even ADD CONSTRAINT is_even CHECK (is_even(VALUE));
