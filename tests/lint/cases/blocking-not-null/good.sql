-- pgmig: transaction=off
ALTER TABLE shop.orders
    ADD CONSTRAINT orders_customer CHECK (customer_id IS NOT NULL) NOT VALID;
ALTER TABLE shop.orders VALIDATE CONSTRAINT orders_customer;
ALTER TABLE shop.orders ALTER COLUMN customer_id SET NOT NULL;
ALTER TABLE shop.orders DROP CONSTRAINT orders_customer;
