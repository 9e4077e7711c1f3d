CREATE TABLE shop.message (id bigint PRIMARY KEY);
