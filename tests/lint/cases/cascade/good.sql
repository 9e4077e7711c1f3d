CREATE TABLE shop.line (
    id bigint PRIMARY KEY,
    order_id bigint UNIQUE REFERENCES shop.orders ON DELETE CASCADE
);
