-- also: revoke
GRANT SELECT ON shop.customer TO pg_monitor;
REVOKE EXECUTE ON FUNCTION shop.debt(bigint) FROM PUBLIC;
