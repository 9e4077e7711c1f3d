CREATE TABLE shop.visit (id bigint PRIMARY KEY, at timestamp(0));
