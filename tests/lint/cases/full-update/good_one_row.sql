UPDATE shop.orders SET state = 'open' WHERE id = 7;
