-- Collations that PostgreSQL itself provides.
CREATE COLLATION c (PROVIDER = builtin, LOCALE = 'C');
CREATE COLLATION utf8 (PROVIDER = builtin, LOCALE = 'C.UTF-8');
CREATE COLLATION copied FROM pg_c_utf8;
COMMENT ON COLLATION utf8 IS 'it''s built in';
CREATE TABLE t (a text COLLATE utf8);
