-- Materialized views are filled after all that their queries run: keys, functions, other views.
SET check_function_bodies = off;
CREATE FUNCTION a_label(n integer) RETURNS text LANGUAGE sql STABLE
    AS 'SELECT label FROM public.z_labels WHERE id = n';
CREATE TABLE z_labels (id integer PRIMARY KEY, label text);
CREATE MATERIALIZED VIEW a AS SELECT z.*, count(*) AS n, a_label(z.id) AS l FROM z_labels z GROUP BY z.id;
CREATE VIEW b AS SELECT id, n FROM a;
CREATE MATERIALIZED VIEW "0" AS SELECT id FROM b;
CREATE UNIQUE INDEX ON "0" (id);
CREATE VIEW c AS SELECT x.id, x FROM "0" AS x;
