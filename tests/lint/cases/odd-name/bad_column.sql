ALTER TABLE shop.orders ADD COLUMN "order" integer;
