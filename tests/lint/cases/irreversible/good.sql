INSERT INTO shop.orders (number) VALUES (1);
