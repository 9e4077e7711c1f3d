-- also: unindexed-foreign-key
ALTER TABLE shop.orders ADD COLUMN billed_to bigint REFERENCES shop.customer;
