-- pgmig: transaction=off
CREATE INDEX CONCURRENTLY orders_customer_idx ON shop.orders (customer_id);
ALTER TABLE shop.orders ADD CONSTRAINT orders_customer_fkey
    FOREIGN KEY (customer_id) REFERENCES shop.customer NOT VALID;
ALTER TABLE shop.orders VALIDATE CONSTRAINT orders_customer_fkey;
