-- pgmig: transaction=off
CREATE INDEX CONCURRENTLY orders_id_idx ON shop.orders (id);
