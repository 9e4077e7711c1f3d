COMMENT ON TABLE shop.orders IS 'a text may be as long as it wants to be: nobody cuts it after 63 bytes';
