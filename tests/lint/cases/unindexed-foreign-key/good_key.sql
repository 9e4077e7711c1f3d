CREATE TABLE shop.line (
    order_id bigint REFERENCES shop.orders,
    place integer,
    PRIMARY KEY (order_id, place)
);
