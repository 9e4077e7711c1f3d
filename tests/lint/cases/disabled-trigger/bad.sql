ALTER TABLE shop.orders DISABLE TRIGGER orders_touch;
