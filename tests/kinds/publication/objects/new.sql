CREATE TABLE a (id integer PRIMARY KEY, b text, c integer, "D" integer);
CREATE TABLE b (id integer, t text);
CREATE SCHEMA s;
CREATE SCHEMA "S-2";
CREATE TABLE s.t (a integer);
CREATE PUBLICATION columns FOR TABLE a ("D", id, b) WHERE (id > 0 AND "D" IS NOT NULL), b (t) WHERE (t <> 'x''y');
CREATE PUBLICATION schemas FOR TABLES IN SCHEMA s, "S-2";
CREATE PUBLICATION mixed FOR TABLE a, TABLES IN SCHEMA s;
CREATE PUBLICATION one FOR TABLE s.t WHERE (true);
