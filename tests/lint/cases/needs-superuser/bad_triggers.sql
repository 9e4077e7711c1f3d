-- also: disabled-trigger
ALTER TABLE shop.orders DISABLE TRIGGER ALL;
