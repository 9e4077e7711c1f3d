DELETE FROM shop.orders WHERE total < 0;
