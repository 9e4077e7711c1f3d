-- pgmig: batch=100 key=id
UPDATE shop.orders SET state = 'open' WHERE state IS DISTINCT FROM 'open';
