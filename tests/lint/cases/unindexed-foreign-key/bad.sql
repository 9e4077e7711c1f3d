CREATE TABLE shop.line (id bigint PRIMARY KEY, order_id bigint REFERENCES shop.orders);
