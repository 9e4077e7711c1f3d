-- at: 3
CREATE TABLE shop.voucher (id bigint PRIMARY KEY, code text);
CREATE INDEX voucher_one_idx ON shop.voucher (code);
CREATE INDEX voucher_two_idx ON shop.voucher (code);
