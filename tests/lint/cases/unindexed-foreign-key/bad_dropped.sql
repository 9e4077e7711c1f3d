-- at: 2.2
-- also: no-primary-key
CREATE TABLE shop.line (order_id bigint REFERENCES shop.orders);
CREATE INDEX line_order_idx ON shop.line (order_id);
-- next script
-- pgmig: transaction=off
SELECT 1;
DROP INDEX CONCURRENTLY shop.line_order_idx;
