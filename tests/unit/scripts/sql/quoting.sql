-- Every way to quote, with semicolons and quotes of the other kinds inside.
CREATE TABLE "odd; ""name""" (a text DEFAULT 'x;y', b text DEFAULT 'it''s; fine');
INSERT INTO "odd; ""name""" VALUES (E'\';', e'\\', E'a'
    '\';b'
    'c', U&'\0061;', U&"odd; ""name""".a, B'01', X'1f', N'n;');
SELECT 'plain \' /* ; */, 'two'
  'parts ; ' AS done;
SELECT $$;'"$$, $a$;$b$;$$;$a$, $été$ ; $été$, date'2020-01-01', name'\';
SELECT a$b$c, $1, $2::int, a$1 FROM t WHERE e = 'x' AND E'\'' = x; SELECT 1;;
; /* ; /* ; */ ' */ SELECT /* inside */ 2 -- trailing ' ; $$
;
SELECT a - -1, b/2, c*/* x */d, e<--comment
 f, '--', '/*', "/*", "--" FROM t;
SELECT $q$ a -- b $q$, 'no-break'  x FROM t
-- the end
