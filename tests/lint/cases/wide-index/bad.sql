-- pgmig: transaction=off
CREATE INDEX CONCURRENTLY orders_all_idx ON shop.orders (customer_id, state, number, total);
