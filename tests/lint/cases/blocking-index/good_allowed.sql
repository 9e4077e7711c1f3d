SELECT 1;
-- pgmig: allow=blocking-index reason="a few thousand orders, and the shop is closed at night"
CREATE INDEX orders_customer_idx ON shop.orders (customer_id);
