CREATE TABLE shop.work (id bigint PRIMARY KEY);
DROP TABLE shop.work;
