-- security_invoker is 15's.
CREATE TABLE t (id integer);
CREATE VIEW v WITH (security_invoker = true, security_barrier = true) AS SELECT id FROM t;
