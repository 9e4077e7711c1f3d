-- One with rows that reads one without cannot be made so; what is made has none.
CREATE MATERIALIZED VIEW first AS SELECT 1 AS i;
CREATE VIEW between AS SELECT i FROM first;
CREATE MATERIALIZED VIEW second AS SELECT i FROM between;
CREATE MATERIALIZED VIEW apart AS SELECT 2 AS i;
REFRESH MATERIALIZED VIEW first WITH NO DATA;
