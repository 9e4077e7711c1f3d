ALTER TABLE shop.orders ALTER COLUMN customer_id SET NOT NULL;
