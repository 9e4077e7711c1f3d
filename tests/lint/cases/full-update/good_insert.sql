INSERT INTO shop.orders (number, note) SELECT number + 1000, note FROM shop.orders;
WITH old AS (SELECT number FROM shop.orders) INSERT INTO shop.orders (number)
SELECT number + 5000 FROM old;
SELECT count(*) FROM shop.orders;
