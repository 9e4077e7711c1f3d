WITH late AS (SELECT id FROM shop.customer)
UPDATE shop.orders SET state = 'late' WHERE state <> 'late';
