-- pgmig: allow=rename-column reason="nobody is there"
ALTER TABLE shop.orders RENAME COLUMN total TO amount;
CREATE OR REPLACE FUNCTION shop.debt(bigint) RETURNS numeric
LANGUAGE sql AS 'SELECT sum(amount) FROM shop.orders WHERE customer_id = $1';
