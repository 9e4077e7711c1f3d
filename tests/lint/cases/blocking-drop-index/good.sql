-- pgmig: transaction=off
DROP INDEX CONCURRENTLY shop.orders_state_idx;
