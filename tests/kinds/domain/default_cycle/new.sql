-- A default that calls a function which returns the domain.
CREATE DOMAIN number AS integer;
CREATE FUNCTION first_number() RETURNS number LANGUAGE sql RETURN 1;
ALTER DOMAIN number SET DEFAULT first_number();
CREATE SEQUENCE counter;
CREATE DOMAIN next AS bigint DEFAULT nextval('counter');
