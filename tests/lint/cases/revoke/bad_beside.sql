-- at: 2, 3
CREATE TABLE shop.voucher (id bigint PRIMARY KEY);
REVOKE SELECT ON TABLE shop.voucher, shop.orders FROM PUBLIC;
REVOKE USAGE ON SCHEMA shop FROM PUBLIC;
