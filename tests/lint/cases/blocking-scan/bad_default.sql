-- at: 2.1
CREATE TABLE shop.log (at date) PARTITION BY RANGE (at);
CREATE TABLE shop.log_rest PARTITION OF shop.log DEFAULT;
-- next script
-- also: no-primary-key
CREATE TABLE shop.log_2026 PARTITION OF shop.log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
