-- at: 2
CREATE TABLE shop.coupon (id bigint PRIMARY KEY, code text UNIQUE);
CREATE INDEX coupon_code_idx ON shop.coupon (code);
