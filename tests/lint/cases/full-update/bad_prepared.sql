-- at: 2
PREPARE q AS DELETE FROM shop.orders USING shop.customer WHERE orders.note = customer.fax;
EXECUTE q;
DEALLOCATE q;
