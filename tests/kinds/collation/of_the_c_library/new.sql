-- Collations of libc, and what is built with them.
CREATE SCHEMA "S-1";
CREATE COLLATION "S-1"."It's" (PROVIDER = libc, LOCALE = 'C');
CREATE COLLATION posix (LOCALE = 'POSIX');
CREATE COLLATION split (LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
CREATE COLLATION copied FROM "POSIX";
ALTER COLLATION "S-1"."It's" OWNER TO r_owner;
COMMENT ON COLLATION "S-1"."It's" IS 'it''s plain';
CREATE TYPE pair AS (a text COLLATE split);
CREATE DOMAIN a_domain AS text COLLATE "S-1"."It's";
CREATE TYPE span AS RANGE (SUBTYPE = text, COLLATION = posix);
CREATE TABLE t (a text COLLATE copied PRIMARY KEY, b text COLLATE "S-1"."It's");
CREATE INDEX i ON t (b COLLATE posix);
CREATE VIEW v AS SELECT a COLLATE split AS a FROM t;
