CREATE TABLE shop.voucher (id bigint PRIMARY KEY, amount numeric);
ALTER TABLE shop.voucher ADD CONSTRAINT voucher_amount CHECK (amount > 0);
