CREATE FUNCTION shop.open_sum(bigint) RETURNS numeric LANGUAGE sql AS 'SELECT shop.debt($1)';
CREATE SEQUENCE shop.numbers;
ALTER SEQUENCE shop.numbers RENAME TO numbering;
ALTER INDEX shop.orders_state_idx RENAME TO orders_by_state;
