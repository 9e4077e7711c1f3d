CREATE POLICY own_orders ON shop.orders USING (state = current_user);
