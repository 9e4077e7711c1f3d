ALTER TABLE shop.orders ALTER COLUMN note TYPE varchar(20);
