-- at: 1
CREATE TABLE shop.line (id bigint PRIMARY KEY, order_id bigint REFERENCES shop.orders);
CREATE INDEX line_order_idx ON shop.line USING brin (order_id);
