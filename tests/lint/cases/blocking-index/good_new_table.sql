CREATE TABLE shop.voucher (id bigint PRIMARY KEY, code text);
CREATE INDEX voucher_code_idx ON shop.voucher (code);
