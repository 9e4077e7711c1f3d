-- pgmig: transaction=off
CREATE INDEX CONCURRENTLY orders_open_idx ON shop.orders (state) WHERE total > 0;
CREATE INDEX CONCURRENTLY orders_state_pattern_idx ON shop.orders (state text_pattern_ops);
CREATE UNIQUE INDEX CONCURRENTLY orders_state_key ON shop.orders (state);
