-- also: not-validated, several-locks, unindexed-foreign-key
ALTER TABLE shop.orders DROP CONSTRAINT orders_late;
ALTER TABLE shop.orders
    ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES shop.customer NOT VALID;
-- next script
ALTER TABLE shop.orders
    DROP CONSTRAINT orders_customer,
    ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES shop.customer
        ON DELETE CASCADE NOT VALID;
