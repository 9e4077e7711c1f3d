ALTER TABLE shop.orders
    ADD CONSTRAINT orders_apart EXCLUDE USING gist (int8range(id, id, '[]') WITH &&);
