-- also: unindexed-foreign-key
ALTER TABLE shop.orders
    ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES shop.customer;
