DROP TRIGGER orders_touch ON shop.orders;
