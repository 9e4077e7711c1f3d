-- pgmig: transaction=off
CREATE INDEX CONCURRENTLY orders_state_again_idx ON shop.orders (state);
