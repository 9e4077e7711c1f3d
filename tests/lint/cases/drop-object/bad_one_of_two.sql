DROP FUNCTION IF EXISTS shop.nope(), shop.debt(bigint);
