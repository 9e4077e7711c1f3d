DROP INDEX shop.orders_state_idx;
