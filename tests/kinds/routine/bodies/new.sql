-- Bodies travel byte for byte; those of the standard's form as the server prints them.
CREATE TABLE t (id integer, a text);
CREATE FUNCTION no_lines() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION spaces() RETURNS integer LANGUAGE sql AS $$
   SELECT 1   

	-- a tab and spaces at the end  
  $$;
CREATE FUNCTION dollars() RETURNS text LANGUAGE sql AS $q$SELECT $$a$$ || $q1$b$q1$ || '$'$q$;
CREATE FUNCTION ends_in_dollar() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN 1; END -- $';
CREATE FUNCTION carriage_return() RETURNS integer LANGUAGE sql AS E'SELECT 1\r\n -- \\ it''s\r\n';
CREATE FUNCTION semicolons() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ';'; /* ; */ -- ;
END;
$$;
SET check_function_bodies = off;
CREATE FUNCTION broken() RETURNS integer LANGUAGE plpgsql AS 'this is no plpgsql';
RESET check_function_bodies;
SET check_function_bodies = off;
CREATE FUNCTION reads_later() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM made_later';
CREATE TABLE made_later (a integer);
RESET check_function_bodies;
CREATE FUNCTION atomic(a integer, b integer DEFAULT 2) RETURNS integer LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT a;
    SELECT CASE WHEN b > 1 THEN max(id) ELSE 0 END FROM t WHERE t.a <> ';';
END;
CREATE FUNCTION expression(a integer) RETURNS text IMMUTABLE RETURN a || 'x';
CREATE PROCEDURE atomic_insert(a integer) BEGIN ATOMIC INSERT INTO t VALUES (a, 'END;'); END;
CREATE FUNCTION empty_atomic() RETURNS void BEGIN ATOMIC END;
