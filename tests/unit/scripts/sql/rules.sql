CREATE RULE one AS ON INSERT TO a DO ALSO (INSERT INTO b VALUES (NEW.x); DELETE FROM c; );
CREATE OR REPLACE RULE two AS ON UPDATE TO a WHERE (old.x = ')') DO INSTEAD
    (UPDATE b SET x = (SELECT max(x) FROM b); NOTIFY done);
CREATE RULE three AS ON DELETE TO a DO INSTEAD NOTHING;
SELECT ((((((1))))) + ((((2))))), '((', f(g(h(i(';', E'\''))));
COPY t (a, "from") TO STDOUT WITH (FORMAT csv);
COPY (SELECT x FROM stdin) TO '/dev/null';
COPY t FROM '/tmp/file' WITH (DELIMITER E'\'');
SET standard_conforming_strings = on; SET LOCAL standard_conforming_strings TO 'on';
SET search_path = a, b; set session characteristics as transaction read only;
EXPLAIN (ANALYZE, COSTS off) SELECT 1; VALUES (1), (2);
