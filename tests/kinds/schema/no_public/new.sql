-- A database without the schema that every new database has.
DROP SCHEMA public;
CREATE SCHEMA app;
