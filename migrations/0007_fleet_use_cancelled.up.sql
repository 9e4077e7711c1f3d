-- Written by pgmig diff; WITH NO DATA is ours: hire is read and counted once the script has let go of its
-- locks, as `up` refreshes what a script has left empty.

-- trace, by statement:
-- 1: AccessExclusiveLock on ledger.fleet_use (blocks reads and writes)

-- materialized view ledger.fleet_use: made again: query SELECT b.model_id, (date_trunc('month'::text, (lower(r.dur.. -> SELECT b.model_id, ..
DROP MATERIALIZED VIEW ledger.fleet_use;
-- materialized view ledger.fleet_use: made again: query SELECT b.model_id, (date_trunc('month'::text, (lower(r.dur.. -> SELECT b.model_id, ..
CREATE MATERIALIZED VIEW ledger.fleet_use AS
 SELECT b.model_id,
    (date_trunc('month'::text, (lower(r.during) AT TIME ZONE 'UTC'::text)))::date AS month,
    count(*) FILTER (WHERE (r.cancelled_at IS NULL)) AS rentals,
    COALESCE(sum(r.days) FILTER (WHERE (r.cancelled_at IS NULL)), (0)::bigint) AS days,
    count(DISTINCT r.bike_id) FILTER (WHERE (r.cancelled_at IS NULL)) AS bikes,
    count(r.cancelled_at) AS cancelled
   FROM (shop.rental r
     JOIN shop.bike b ON ((b.id = r.bike_id)))
  GROUP BY b.model_id, ((date_trunc('month'::text, (lower(r.during) AT TIME ZONE 'UTC'::text)))::date)
WITH NO DATA;
-- materialized view ledger.fleet_use: comes with it (made again)
ALTER MATERIALIZED VIEW ledger.fleet_use OWNER TO cycle_owner;
-- materialized view ledger.fleet_use: comes with it (made again)
GRANT SELECT ON TABLE ledger.fleet_use TO cycle_reader;
-- materialized view ledger.fleet_use: comes with it (made again)
COMMENT ON MATERIALIZED VIEW ledger.fleet_use IS 'Hire by model and month; refresh it concurrently, reports read it all day';
-- materialized view ledger.fleet_use: comes with it (made again)
COMMENT ON COLUMN ledger.fleet_use.days IS 'Days begun, counted in the month of the first';
-- materialized view ledger.fleet_use: comes with it (made again)
COMMENT ON COLUMN ledger.fleet_use.cancelled IS 'Booked for that month and called off';

-- index ledger.fleet_use_key: made again: it needs materialized view ledger.fleet_use, column model_id, which is made again
CREATE UNIQUE INDEX fleet_use_key ON ledger.fleet_use USING btree (model_id, month);
-- index ledger.fleet_use_key: comes with it (made again)
COMMENT ON INDEX ledger.fleet_use_key IS 'What REFRESH CONCURRENTLY needs';

-- index ledger.fleet_use_month_idx: made again: it needs materialized view ledger.fleet_use, column days, which is made again
CREATE INDEX fleet_use_month_idx ON ledger.fleet_use USING btree (month DESC) INCLUDE (days);
