-- The rows can be computed again at any time, so nothing is lost here.

DROP MATERIALIZED VIEW ledger.fleet_use;
