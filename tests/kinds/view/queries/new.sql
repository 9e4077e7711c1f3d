-- Texts that must travel as the server printed them.
CREATE TABLE t (id integer PRIMARY KEY, a text, "B" integer[], d date);
CREATE DOMAIN positive AS integer NOT NULL CHECK (VALUE > 0);
CREATE TABLE u (p positive, c text COLLATE "C");

CREATE VIEW nothing AS SELECT;
CREATE VIEW unnamed AS SELECT 'a' || 'b';
CREATE VIEW literals AS SELECT E'a;b\n''c''\\d' AS s, ';' AS semicolon, U&'\0061' AS u;
CREATE VIEW numbers (n) AS
    WITH RECURSIVE r(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r;
CREATE VIEW grouped AS SELECT t.*, count(*) AS n FROM t JOIN u ON u.p = t.id GROUP BY t.id;
CREATE VIEW whole_row AS SELECT t AS row, t."B"[1] AS first FROM t;
CREATE VIEW domains AS SELECT p, c, c COLLATE "POSIX" AS other FROM u;
CREATE VIEW ranked AS
    SELECT id, rank() OVER (PARTITION BY date_trunc('month', d) ORDER BY a DESC NULLS LAST) AS place
    FROM t WINDOW w AS (ORDER BY id);
CREATE VIEW joined AS SELECT id, x.a FROM t LEFT JOIN LATERAL (SELECT t.a LIMIT 1) AS x ON true;
CREATE VIEW on_views AS SELECT n FROM numbers UNION SELECT id FROM ranked;
