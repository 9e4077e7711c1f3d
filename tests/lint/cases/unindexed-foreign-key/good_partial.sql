CREATE TABLE shop.line (id bigint PRIMARY KEY, order_id bigint REFERENCES shop.orders);
CREATE INDEX line_order_idx ON shop.line (order_id) WHERE order_id IS NOT NULL;
