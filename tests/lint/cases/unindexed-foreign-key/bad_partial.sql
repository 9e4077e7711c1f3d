-- at: 1
CREATE TABLE shop.line (id bigint PRIMARY KEY, order_id bigint REFERENCES shop.orders, is_open bool);
CREATE INDEX line_order_idx ON shop.line (order_id) WHERE is_open IS NOT NULL;
