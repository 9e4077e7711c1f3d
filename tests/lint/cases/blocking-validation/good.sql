ALTER TABLE shop.orders VALIDATE CONSTRAINT orders_late;
