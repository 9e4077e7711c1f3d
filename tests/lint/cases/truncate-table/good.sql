CREATE TABLE shop.work (id bigint PRIMARY KEY);
TRUNCATE shop.work;
