-- at: 2.1
ALTER TABLE shop.orders
    ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES shop.customer NOT VALID;
-- next script
ALTER TABLE shop.orders DROP CONSTRAINT orders_customer;
