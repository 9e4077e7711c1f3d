-- Columns under another collation than their types'.
CREATE COLLATION "C 1" (LOCALE = 'C');
CREATE TABLE t (a text, b text COLLATE "C 1");
CREATE MATERIALIZED VIEW m AS SELECT a COLLATE "POSIX" AS "A a", b, lower(b) AS c, a AS d FROM t;
CREATE INDEX ON m (b, c COLLATE "C");
