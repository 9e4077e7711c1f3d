ALTER FUNCTION shop.debt(bigint) RENAME TO open_sum;
