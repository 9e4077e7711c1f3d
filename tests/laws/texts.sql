-- Expressions and queries of many forms: what the majors print alike and what they do not.
CREATE TABLE a (id integer, t text, v varchar(5), n numeric, d date, z timestamptz, j jsonb, r integer[], b bit(3), i interval, c "char", p point, k int4range, CONSTRAINT a_k
    UNIQUE (id));
CREATE TABLE b (id integer, a_id integer, t text);
CREATE TYPE pair AS (l integer, r text);
CREATE DOMAIN word AS text DEFAULT lower('A') CONSTRAINT filled CHECK (VALUE <> '' AND
    VALUE IN ('a', 'b') AND VALUE ~ '^a' AND length(VALUE) BETWEEN 1 AND 5);

-- Expressions, as of checks.
ALTER TABLE a
    ADD CHECK (v IN ('x', 'y')),
    ADD CHECK (t LIKE 'a%' OR t NOT ILIKE 'b_' ESCAPE '!'),
    ADD CHECK (t SIMILAR TO 'a|b'),
    ADD CHECK (t SIMILAR TO 'a' ESCAPE 'e'),
    ADD CHECK (n BETWEEN 1 AND 2 AND n NOT BETWEEN SYMMETRIC 9 AND 8),
    ADD CHECK (extract(year FROM d) > 2000 AND date_part('year', d) > 1),
    ADD CHECK (substring(t FROM 1 FOR 2) = 'a' AND substring(t FROM 'a') = 'b'
        AND substring(t SIMILAR 'a' ESCAPE '#') = 'x'),
    ADD CHECK (overlay(t PLACING 'a' FROM 1) = 'a' AND position('a' IN t) = 1),
    ADD CHECK (trim(t) = 'a' AND trim(LEADING 'x' FROM t) = 'a' AND btrim(t) = 'b'),
    ADD CHECK (z AT TIME ZONE 'UTC' > '2020-01-01' AND d > '2020-01-01'::date),
    ADD CHECK (coalesce(t, v, 'x') = nullif(t, 'y') AND greatest(id, 1) > least(id, 2)),
    ADD CHECK (t IS DISTINCT FROM v AND (id, n) IS NOT NULL AND (id, n) < (1, 2)),
    ADD CHECK (CASE id WHEN 1 THEN true ELSE t = 'x' END AND CASE WHEN t = 'a' THEN false END),
    ADD CHECK ((t || 'x') COLLATE "C" > 'a' AND t::varchar(3) = 'a' AND n::integer = 1),
    ADD CHECK (id = ANY (r) AND id <> ALL (ARRAY[1, 2]) AND r[1:2] = '{1}' AND r[1] = 1),
    ADD CHECK (j -> 'a' = '1' AND j ->> 'b' = 'x' AND j @> '{}' AND j ? 'a' AND j['a'] = '1'),
    ADD CHECK (t IS NFC NORMALIZED AND normalize(t, NFKC) = t),
    ADD CHECK (b = B'101' AND b & X'1'::bit(3) = b AND i > INTERVAL '1' DAY AND c = 'a'),
    ADD CHECK (ROW(1, 'a')::pair = ROW(id, t)::pair AND (ROW(id, t)::pair).l = 1),
    ADD CHECK (NOT (id > 1 OR id < 0) AND (id > 1) IS TRUE AND (id > 1) IS NOT UNKNOWN),
    ADD CHECK (id % 2 = 0 AND -id < 0 AND @ id = 1 AND 2 ^ id > 1 AND id << 1 > 0 AND ~id < 0),
    ADD CHECK (k @> 1 AND k && '[1,2)' AND p <@ box '(1,1),(0,0)' AND t ^@ 'x'),
    ADD CHECK ((z, i) OVERLAPS (z, i)),
    ADD CHECK (current_user <> 'x' AND session_user = t AND current_setting('a.b', true) = 'x'),
    ADD CHECK (num_nonnulls(id, t) = 1 AND concat_ws(',', VARIADIC ARRAY['a', t]) = 'x'),
    ADD CHECK (a IS NOT NULL AND make_interval(days => id) > i),
    ADD CHECK (timestamptz '2020-01-01 00:00+01' < z AND 1e10 < n AND 'NaN'::numeric <> n),
    ADD CHECK (t::regclass::oid > 0 AND 'a'::regclass > 0 AND cast(id AS char(3)) = 'a');
CREATE INDEX ON a (lower(t), (id + 1), (t COLLATE "C") text_pattern_ops DESC NULLS LAST)
    INCLUDE (n) WHERE v IN ('x') AND d > '2020-01-01';
CREATE STATISTICS s ON lower(t), (id % 2), n FROM a;
CREATE TABLE generated (a integer, b integer GENERATED ALWAYS AS (a * 2 + 1) STORED,
    c timestamptz DEFAULT now(), d date DEFAULT CURRENT_DATE, e text DEFAULT current_user,
    f timestamp DEFAULT LOCALTIMESTAMP(2), g timetz DEFAULT CURRENT_TIME,
    h timestamptz DEFAULT '2020-01-01 00:00:00+01', i interval DEFAULT '1 day 2 hours',
    j json DEFAULT '{}', k integer[] DEFAULT ARRAY[]::integer[], l word DEFAULT 'a',
    m uuid DEFAULT gen_random_uuid(), n pair DEFAULT ROW(1, 'x'), o text DEFAULT NULL);
CREATE TABLE ranged (a integer, t text) PARTITION BY RANGE ((a % 3), lower(t) COLLATE "C");
CREATE TABLE ranged_1 PARTITION OF ranged FOR VALUES FROM (MINVALUE, MINVALUE) TO (1, 'x');
CREATE TABLE listed (a date) PARTITION BY LIST (a);
CREATE TABLE listed_1 PARTITION OF listed FOR VALUES IN ('2020-01-01', NULL);

-- Queries.
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON a FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.* AND NEW.id > 1) EXECUTE FUNCTION tf('x', '1');
CREATE FUNCTION atomic(q integer) RETURNS SETOF integer LANGUAGE sql BEGIN ATOMIC
    SELECT id FROM a WHERE id = q ORDER BY t LIMIT 3;
    INSERT INTO b (id, t) SELECT id, t FROM a WHERE t = 'x' ON CONFLICT DO NOTHING;
    UPDATE b SET t = 'x', id = (SELECT max(id) FROM a) WHERE id = 1;
    DELETE FROM b USING a WHERE a.id = b.id;
    SELECT count(*) FILTER (WHERE t = 'x') FROM a GROUP BY t HAVING count(*) > 1;
    SELECT s.id FROM (SELECT id FROM a) s;
    WITH w AS (SELECT id FROM a) SELECT id FROM w;
    SELECT row_number() OVER (PARTITION BY t ORDER BY n ROWS 1 PRECEDING) FROM a;
    SELECT id FROM a UNION ALL SELECT id FROM b;
    SELECT g FROM generate_series(1, 3) g;
    VALUES (1), (2);
    INSERT INTO b VALUES (1, 2, 'a') RETURNING id;
END;
CREATE FUNCTION returned(q integer) RETURNS bigint LANGUAGE sql
    RETURN (SELECT count(*) FROM a WHERE id = q);
CREATE POLICY one ON a USING (EXISTS (SELECT 1 FROM b WHERE b.a_id = a.id));
CREATE POLICY two ON a USING (id IN (SELECT a_id FROM b)) WITH CHECK (id = (SELECT max(a_id)
    FROM b GROUP BY b.t ORDER BY b.t LIMIT 1));
CREATE POLICY three ON a USING (id IN (SELECT q.id FROM (SELECT id FROM b) q UNION SELECT 1));
CREATE POLICY four ON a USING (id = ANY (ARRAY(SELECT a_id FROM b)) AND t = current_user);
CREATE RULE one AS ON INSERT TO b WHERE NEW.id > 1 DO ALSO INSERT INTO a (id) SELECT id FROM b;
CREATE RULE two AS ON UPDATE TO b DO ALSO (UPDATE a SET t = NEW.t WHERE id = OLD.id; DELETE FROM a
    WHERE id = OLD.id; SELECT id FROM a);
CREATE RULE three AS ON DELETE TO b DO INSTEAD NOTHING;
CREATE VIEW one AS SELECT id, t FROM a WHERE id > 1;
CREATE VIEW joined AS SELECT a.id, b.t FROM a LEFT JOIN b ON b.a_id = a.id;
CREATE VIEW used AS SELECT id, a_id, n FROM a JOIN b USING (id);
CREATE VIEW grouped AS SELECT t, count(*) AS n FROM a GROUP BY t HAVING count(*) > 1;
CREATE VIEW computed AS SELECT lower(t) AS l, sum(n) AS s FROM a GROUP BY lower(t), v
    ORDER BY lower(t);
CREATE VIEW sets AS SELECT t, v, grouping(t) AS g FROM a GROUP BY ROLLUP (t, v);
CREATE VIEW united AS SELECT id FROM a UNION SELECT id FROM b;
CREATE VIEW valued AS VALUES (1, 'a'), (2, 'b');
CREATE VIEW common AS WITH w AS (SELECT id FROM a) SELECT id FROM w;
CREATE VIEW windowed AS SELECT id, rank() OVER w AS r FROM a WINDOW w AS (PARTITION BY t ORDER BY n);
CREATE VIEW nested AS SELECT q.id FROM (SELECT id FROM a) q JOIN b ON b.id = q.id;
CREATE VIEW lateral_ AS SELECT a.id, q.t FROM a, LATERAL (SELECT t FROM b WHERE b.a_id = a.id) q;
CREATE VIEW called AS SELECT g FROM generate_series(1, 3) g;
CREATE VIEW constant AS SELECT 1 AS one, 'x'::text AS two, NULL::integer AS three;
CREATE VIEW distinct_ AS SELECT DISTINCT ON (t) t, id FROM a ORDER BY t, id DESC FETCH FIRST 2 ROWS
    WITH TIES;
CREATE VIEW sampled AS SELECT id FROM a TABLESAMPLE system (10) FOR UPDATE;
CREATE MATERIALIZED VIEW kept AS SELECT a.id, b.t FROM a, b WHERE a.id = b.id WITH NO DATA;
