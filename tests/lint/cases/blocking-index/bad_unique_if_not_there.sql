CREATE UNIQUE INDEX IF NOT EXISTS orders_number_key ON shop.orders (number);
