DELETE FROM shop.orders USING shop.customer WHERE orders.note = customer.fax;
