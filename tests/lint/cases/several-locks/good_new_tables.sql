CREATE TABLE shop.one (id bigint PRIMARY KEY);
CREATE TABLE shop.two (id bigint PRIMARY KEY);
ALTER TABLE shop.one ADD COLUMN remark text;
ALTER TABLE shop.two ADD COLUMN remark text;
