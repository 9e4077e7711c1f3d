-- at: 2, 4
LOCK TABLE shop.orders IN SHARE ROW EXCLUSIVE MODE;
CREATE TABLE shop.kept AS SELECT * FROM shop.orders;
ALTER TABLE shop.kept ADD PRIMARY KEY (id);
INSERT INTO shop.kept (id, number) SELECT -id, number FROM shop.orders;
