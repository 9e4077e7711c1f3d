REINDEX INDEX shop.orders_state_idx;
