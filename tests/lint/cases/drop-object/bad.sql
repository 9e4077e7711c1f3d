DROP FUNCTION shop.debt(bigint);
