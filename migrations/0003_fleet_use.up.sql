-- How much each model is on the road, month by month, for the report that used to be a spreadsheet.
-- pgmig: roles=cycle_owner,cycle_reader

CREATE MATERIALIZED VIEW ledger.fleet_use AS
    SELECT b.model_id,
           date_trunc('month', lower(r.during) AT TIME ZONE 'UTC')::date AS month,
           count(*) AS rentals,
           sum(r.days) AS days,
           count(DISTINCT r.bike_id) AS bikes
      FROM shop.rental r
      JOIN shop.bike b ON b.id = r.bike_id
     WHERE r.cancelled_at IS NULL
     GROUP BY 1, 2;

CREATE UNIQUE INDEX fleet_use_key ON ledger.fleet_use (model_id, month);
CREATE INDEX fleet_use_month_idx ON ledger.fleet_use (month DESC) INCLUDE (days);

ALTER MATERIALIZED VIEW ledger.fleet_use OWNER TO cycle_owner;
GRANT SELECT ON ledger.fleet_use TO cycle_reader;

COMMENT ON MATERIALIZED VIEW ledger.fleet_use
    IS 'Hire by model and month; refresh it concurrently, reports read it all day';
COMMENT ON COLUMN ledger.fleet_use.days IS 'Days begun, counted in the month of the first';
COMMENT ON INDEX ledger.fleet_use_key IS 'What REFRESH CONCURRENTLY needs';
