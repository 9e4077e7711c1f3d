-- A view and a function of its row type.
CREATE TABLE t (id integer, name varchar(10) COLLATE "C");
CREATE VIEW v AS SELECT id, name FROM t;
CREATE FUNCTION all_v() RETURNS SETOF v LANGUAGE sql STABLE AS 'SELECT id, name FROM public.t';
CREATE OR REPLACE VIEW v WITH (security_barrier = true) AS SELECT f.id, f.name FROM all_v() AS f;
ALTER VIEW v ALTER COLUMN id SET DEFAULT 7;
COMMENT ON VIEW v IS 'reads itself through a function';
COMMENT ON COLUMN v.name IS 'kept';
GRANT SELECT ON v TO r_reader;
GRANT INSERT (id) ON v TO r_reader;
ALTER VIEW v OWNER TO r_owner;

-- What reads the view waits until it is whole.
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM v;
