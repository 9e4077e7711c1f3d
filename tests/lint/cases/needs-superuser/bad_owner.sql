-- at: 2
CREATE VIEW shop.fax AS SELECT fax FROM shop.customer;
ALTER VIEW shop.fax OWNER TO pg_monitor;
