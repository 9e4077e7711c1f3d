-- at: 2
INSERT INTO shop.orders (number) VALUES (1);
WITH late AS (UPDATE shop.orders SET state = 'late' RETURNING id) SELECT count(*) FROM late;
